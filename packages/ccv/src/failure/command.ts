// SPDX-License-Identifier: Apache-2.0
import { relative } from 'node:path';
import type { Io } from '@helios/core/cli';
import { carryOut, leaveRecord, loadInputs, namedConnector, type SendFlags } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import type { ExitCode } from '@helios/core/gate';
import { gate } from '../gate.ts';
import { historyOf } from '../history/history.ts';
import { ownedFailures } from './ownership.ts';
import { planFailures } from './plan.ts';

export interface OpenFlags extends SendFlags {
  readonly config?: string;
  readonly evidenceDir?: string;
  readonly key?: string;
  readonly keyless?: boolean;
}

/** `sec-ccv open-prs`: one issue for each control that fails, closed when it passes again; the same again is nothing new. */
export async function openIssues(flags: OpenFlags, io: Io): Promise<ExitCode> {
  const { project, options, inputs } = await loadInputs(gate, flags, io);
  const [broken] = inputs.broken;
  // It may be the control that fails, and nobody could say whose it is.
  if (broken) {
    const { path, line, message, remedy } = broken;
    fail('config', message, {
      path,
      ...(line !== undefined && { line }),
      ...(remedy !== undefined && { hint: remedy }),
    });
  }
  const { planIssues } = namedConnector(project, flags.to, io);
  if (!planIssues) {
    fail('usage', `${flags.to} takes no issues`, { hint: 'Name a connector to GitHub, GitLab or a file.' });
  }
  const history = historyOf(inputs.known, options.within, io.now());
  const owned = ownedFailures(inputs.known, history, options.failures.within);
  const { effects, kept } = await planFailures(owned, history, {
    planIssues,
    to: flags.to,
    root: project.root,
    leave: async (record) => relative(io.cwd, await leaveRecord(record, flags, project, io)),
  });
  for (const { key, title } of kept) {
    io.stderr.write(`left open: ${title} (${key}): no run on record shows that it passes\n`);
  }
  return carryOut(effects, flags, io);
}
