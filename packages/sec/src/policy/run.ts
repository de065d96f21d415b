// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { loadProject, withinRoot } from '@helios/core/config';
import { redact } from '@helios/core/finding';
import type { ExitCode } from '@helios/core/gate';
import { visible } from '@helios/core/report';
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
  for (const line of lines) io.stdout.write(`${visible(redact(line))}\n`);
  return exit;
}
