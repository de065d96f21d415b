// SPDX-License-Identifier: Apache-2.0
// Run as a process: <writeFileAtomic|createExclusive> <folder>; lets each file call fail once, prints what came of it.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arm, countedCalls } from './faults.ts';

const { createExclusive, writeFileAtomic } = await import('../../src/fs/index.ts');
const [writer, root = ''] = process.argv.slice(2);
const replaces = writer === 'writeFileAtomic';
const write = replaces ? writeFileAtomic : createExclusive;
const [before, after] = ['o'.repeat(150_000), 'n'.repeat(200_000)];

const outcomes = [];
for (let nth = 1; ; nth++) {
  const folder = join(root, String(nth));
  const path = join(folder, 'file');
  mkdirSync(folder);
  if (replaces) writeFileSync(path, before);
  arm('fail', nth);
  const error = await write(path, after).then(
    () => null,
    (thrown: { code?: string; message: string }) => thrown.code ?? thrown.message,
  );
  const broke = countedCalls() >= nth;
  arm(undefined, 0);
  if (!broke) break;
  const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const state = text === undefined ? 'absent' : text === before ? 'old' : text === after ? 'new' : 'torn';
  outcomes.push({ nth, error, state, temporaries: readdirSync(folder).filter((name) => name !== 'file').length });
}
process.stdout.write(JSON.stringify(outcomes));
