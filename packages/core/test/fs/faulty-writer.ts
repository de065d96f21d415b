// SPDX-License-Identifier: Apache-2.0
// Run as a process: <writeFileAtomic|createExclusive> <path> <new bytes' letter> <kill|linkless|none> <nth call> [<mode>]
import { arm, countedCalls, denyLinks } from './faults.ts';

const { createExclusive, writeFileAtomic } = await import('../../src/fs/index.ts');
const [writer, path = '', letter = '', kind, nth, mode] = process.argv.slice(2);

if (kind === 'linkless') denyLinks();
arm(kind === 'kill' ? 'kill' : undefined, Number(nth));
const bytes = letter.repeat(200_000);
if (writer === 'writeFileAtomic') await writeFileAtomic(path, bytes);
else await createExclusive(path, bytes, mode === undefined ? undefined : Number(mode));
process.stdout.write(`stored after ${countedCalls()} calls`);
