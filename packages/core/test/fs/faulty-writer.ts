// SPDX-License-Identifier: Apache-2.0
// Run as a process: <writeFileAtomic|createExclusive> <path> <new bytes' letter> <kill|linkless|none> <nth call>
import { arm, countedCalls, denyLinks } from './faults.ts';

const { createExclusive, writeFileAtomic } = await import('../../src/fs/index.ts');
const [writer, path = '', letter = '', kind, nth] = process.argv.slice(2);

if (kind === 'linkless') denyLinks();
arm(kind === 'kill' ? 'kill' : undefined, Number(nth));
await (writer === 'createExclusive' ? createExclusive : writeFileAtomic)(path, letter.repeat(200_000));
process.stdout.write(`stored after ${countedCalls()} calls`);
