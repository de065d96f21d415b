// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlRun } from '@helios/core/record';
import type { Control } from '../src/control/control.ts';
import { ended, Project } from './run/project.ts';
import { ROOT } from './stage.ts';

const BIN = join(ROOT, 'packages/ccv/dist/bin.js');

/** For the names of tests that are skipped: a bundle may lack what the sources import. */
export const UNBUILT = existsSync(BIN) ? '' : ' (skipped: npm run build has not been run)';

type Env = Readonly<Record<string, string | undefined>>;

/** Runs sec-ccv as it is shipped, in a process of its own. */
export function runBuilt(
  cwd: string,
  env: Env,
  ...args: readonly string[]
): Promise<{ readonly exit: number | null; readonly output: string }> {
  const shell = { PATH: process.env['PATH'], HOME: cwd, ...env };
  return ended(spawn(process.execPath, [BIN, ...args], { cwd, env: shell, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** `sec-ccv run` as it is shipped, of one control that may speak to the hosts. */
export async function runControlBuilt(
  control: Control,
  hosts: readonly string[],
  env: Env,
): Promise<{ readonly exit: number | null; readonly output: string; readonly records: readonly ControlRun[] }> {
  const project = new Project([control], hosts);
  const run = await runBuilt(project.root, env, 'run', '--state', project.state);
  return { ...run, records: project.records() };
}
