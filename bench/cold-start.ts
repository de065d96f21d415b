// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './measure.ts';

export const BARE_NODE = 'bare node';

/** Most that a command may take, in starts of bare Node. */
export const START_GOALS: ReadonlyMap<string, number> = new Map([
  ['sec --version', 2],
  ['sec --help', 3],
  ['sec-attack-mapper --version', 2],
  ['sec-attack-mapper --help', 3],
]);

/** Starts of the built binaries, beside a Node that does nothing. */
export function coldStartCases(root: string, folder: string): Case[] {
  const shared = { cwd: folder, env: { NODE_COMPILE_CACHE: join(folder, 'compile') }, exit: 0 };
  const cases: Case[] = [{ ...shared, title: BARE_NODE, command: [process.execPath, '-e', '0'] }];
  for (const [binary, home] of [
    ['sec', 'sec'],
    ['sec-attack-mapper', 'attack-mapper'],
  ] as const) {
    for (const flag of ['--version', '--help']) {
      const start = {
        ...shared,
        command: [process.execPath, join(root, 'packages', home, 'bin', `${binary}.js`), flag],
      };
      cases.push(
        { ...start, title: `${binary} ${flag}` },
        firstStart({ ...start, title: `${binary} ${flag}, first time` }, folder),
      );
    }
  }
  return cases;
}

/** As on a fresh machine or in CI: no code that an earlier start compiled. */
export function firstStart(each: Case, folder: string): Case {
  const cache = join(folder, 'compile-first');
  return {
    ...each,
    env: { ...each.env, NODE_COMPILE_CACHE: cache },
    before: () => rmSync(cache, { recursive: true, force: true }),
  };
}
