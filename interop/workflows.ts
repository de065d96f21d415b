// SPDX-License-Identifier: Apache-2.0
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, expectExit } from './check.ts';
import { ROOT } from './sample.ts';

const workflows = (): string[] =>
  globSync('.github/workflows/*.{yml,yaml}', { cwd: ROOT }).map((path) => join(ROOT, path));

/** actionlint takes every workflow. */
export function checkWorkflows(actionlint: string): Check[] {
  return workflows().map((file) => expectExit(`actionlint on ${file}`, true, actionlint, [file]));
}

/** zizmor finds nothing in workflows and action. */
export function checkActions(zizmor: string): Check[] {
  const action = join(ROOT, 'action.yml');
  const files = [...workflows(), ...(existsSync(action) ? [action] : [])];
  return files.map((file) =>
    expectExit(`zizmor on ${file}`, true, zizmor, ['--offline', '--quiet', '--no-progress', file]),
  );
}
