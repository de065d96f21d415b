// SPDX-License-Identifier: Apache-2.0
// Run as a process: works in two temporary folders, sends itself a signal, and then, if it still lives, says so.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withTemporaryFolder } from '../../src/fs/index.ts';

const [ending = '', heard] = process.argv.slice(2);

async function work(folder: string): Promise<void> {
  mkdirSync(join(folder, 'deep'));
  writeFileSync(join(folder, 'deep/events'), 'of the user');
  if (ending === 'exit') process.exit(5);
  process.kill(process.pid, ending);
  await sleep(heard === 'heard' ? 200 : 20_000);
  // Of whoever ends in good order, the folder is still there.
  writeFileSync(join(folder, 'deep/more'), 'of the user');
}

if (heard === 'heard') process.on(ending, () => process.stdout.write('heard '));
await withTemporaryFolder('helios-test', async () => withTemporaryFolder('helios-test', work));
process.stdout.write(`ended, ${process.listenerCount(ending)} hear`);
