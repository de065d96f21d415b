// SPDX-License-Identifier: Apache-2.0
// Run as a process: <log folder> <key PEM file> <name> <count> <kill|fail|none> <nth file call>; appends entries, one each time.
import { readFileSync } from 'node:fs';
import { arm, countedCalls } from '../../fs/faults.ts';

const { appendEntries } = await import('../../../src/evidence/log/append.ts');
const { openLogKey } = await import('../../../src/evidence/log/log-key.ts');
const [log = '', keyFile = '', name = '', count, kind, nth] = process.argv.slice(2);
const key = openLogKey('example.com/log', readFileSync(keyFile, 'utf8'));

arm(kind === 'kill' || kind === 'fail' ? kind : undefined, Number(nth));
const indexes: number[] = [];
for (let at = 0; at < Number(count); at++) {
  indexes.push(...(await appendEntries(log, [Buffer.from(`${name}/${at}`)], key)).added);
}
process.stdout.write(JSON.stringify({ indexes, calls: countedCalls() }));
