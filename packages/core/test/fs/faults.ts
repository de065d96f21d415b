// SPDX-License-Identifier: Apache-2.0
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Breaks the real file calls of this process: the nth call kills it or fails with EIO, and every write is cut short.
 * Import this before the code under test.
 */
export type Fault = 'kill' | 'fail';

const CUT_BYTES = 50_000;

let fault: Fault | undefined;
let left = Number.POSITIVE_INFINITY;
let calls = 0;

/** The next calls are counted, and the nth of them breaks. */
export function arm(kind: Fault | undefined, nth: number): void {
  fault = kind;
  left = nth;
  calls = 0;
}

export function countedCalls(): number {
  return calls;
}

/** From now on this is a file system without hard links. */
export function denyLinks(): void {
  builtin['link'] = () => Promise.reject(Object.assign(new Error('EPERM: injected'), { code: 'EPERM' }));
  syncBuiltinESMExports();
}

type Call = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/** What must happen even so (a failed close gives the descriptor back all the same) is `anyway`. */
function breakable(call: Call, anyway?: Call): Call {
  return async function (...args) {
    calls++;
    if (fault !== undefined && --left === 0) {
      if (fault === 'kill') process.kill(process.pid, 'SIGKILL');
      await anyway?.call(this);
      throw Object.assign(new Error('EIO: injected'), { code: 'EIO' });
    }
    return call.apply(this, args);
  };
}

function breakHandle(handle: FileHandle): FileHandle {
  const calls = handle as unknown as Record<string, Call>;
  for (const name of ['sync', 'chmod']) calls[name] = breakable((calls[name] as Call).bind(handle));
  const close = (calls['close'] as Call).bind(handle);
  calls['close'] = breakable(close, close);
  const write = (calls['write'] as Call).bind(handle);
  calls['write'] = breakable((bytes, offset, length) => write(bytes, offset, Math.min(Number(length), CUT_BYTES)));
  return handle;
}

const builtin = fs as unknown as Record<string, Call>;
const open = builtin['open'] as Call;
builtin['open'] = breakable((...args) => open(...args).then((handle) => breakHandle(handle as FileHandle)));
for (const name of ['rename', 'link', 'rm', 'mkdir', 'stat', 'lstat']) builtin[name] = breakable(builtin[name] as Call);
syncBuiltinESMExports();
