// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { shown } from '@helios/core/cli/actions';
import { loadProject, withinRoot } from '@helios/core/config';
import type { ExitCode } from '@helios/core/gate';
import { policyBuild, policyTest, policyVerify } from './commands.ts';

const COMMANDS = { build: policyBuild, test: policyTest, verify: policyVerify } as const;

/** `sec policy build|test|verify` on a folder named from where the user is. */
export async function runPolicyCommand(
  name: keyof typeof COMMANDS,
  folder: string,
  flags: { readonly opa?: string },
  io: Io,
): Promise<ExitCode> {
  const project = await loadProject({ cwd: io.cwd });
  const bundle = withinRoot(project, io.cwd, folder);
  const { lines, exit } = await COMMANDS[name]({ root: project.root, bundle, environment: io.env, ...flags });
  for (const line of lines) io.stdout.write(`${shown(line)}\n`);
  return exit;
}
