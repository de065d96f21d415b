// SPDX-License-Identifier: Apache-2.0
// Run as a process: adds 1 to the number in a file, so many times, under a lock; `die` kills it within the next one.
import { readFileSync } from 'node:fs';
import { withLock, writeFileAtomic } from '../../src/fs/index.ts';

const [path = '', times, ending] = process.argv.slice(2);

for (let i = 0; i < Number(times); i++) {
  await withLock(`${path}.lock`, () => writeFileAtomic(path, String(Number(readFileSync(path, 'utf8')) + 1)), {
    timeoutMs: 50_000,
  });
}
if (ending === 'die') {
  await withLock(`${path}.lock`, async () => void process.kill(process.pid, 'SIGKILL'), { timeoutMs: 50_000 });
}
