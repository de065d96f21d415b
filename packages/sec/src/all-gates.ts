// SPDX-License-Identifier: Apache-2.0
import type { CheckFlags, CheckRequest } from '@helios/core/cli/actions';
import { nearestOf, type Project } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { VERSION } from '@helios/core/version';
import { executeInThread } from './execute.ts';
import { GATE_IDS, loadGates } from './gates.ts';

/** Runs the configured gates side by side, or those of them that are named. */
export function allGates(ids: readonly string[], flags: CheckFlags): CheckRequest {
  return {
    gates: (project) => loadGates(chosenGates(project, ids)),
    tool: { name: 'sec', version: VERSION },
    flags,
    many: true,
    execute: executeInThread,
  };
}

function chosenGates(project: Project, ids: readonly string[]): string[] {
  if (!project.file) {
    fail('usage', `no helios.yaml in ${project.root} or above`, { hint: 'Write one, or name it with --config.' });
  }
  const configured = Object.keys(project.sections);
  for (const id of configured) if (!GATE_IDS.includes(id)) unknownGate(id, GATE_IDS, project.file.path);
  for (const id of ids) if (!configured.includes(id)) unknownGate(id, configured);
  if (configured.length === 0)
    fail('config', 'names no gates', { path: project.file.path, hint: `Gates: ${GATE_IDS.join(', ')}.` });
  return GATE_IDS.filter((id) => (ids.length === 0 ? configured : ids).includes(id));
}

function unknownGate(id: string, known: readonly string[], path?: string): never {
  const nearest = nearestOf(id, known);
  fail(path === undefined ? 'usage' : 'config', `unknown gate "${id}"`, {
    ...(path !== undefined && { path }),
    hint: nearest ? `Did you mean "${nearest}"?` : `Gates: ${known.join(', ')}.`,
  });
}
