// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const BIN = resolve(import.meta.dirname, '../src/bin.ts');

export interface Place {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Octal; that of this process unless said otherwise. */
  readonly umask?: string;
  /** A module that is run first, in the process and in each of its threads. */
  readonly preload?: string;
  /** Another program than sec. */
  readonly script?: string;
}

export interface Ended {
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `sec` from its sources as a process of its own, with no environment but PATH and what is given. */
export function startSec(
  args: readonly string[],
  { cwd, env = {}, umask, preload, script = BIN }: Place,
): ChildProcess {
  const node = ['--conditions=source', ...(preload === undefined ? [] : ['--import', preload]), script, ...args];
  const environment = { PATH: process.env['PATH'], ...env };
  if (umask === undefined) return spawn(process.execPath, node, { cwd, env: environment });
  // `exec`, so that the signal that a test sends reaches Node and no shell.
  return spawn('sh', ['-c', `umask ${umask}; exec "$0" "$@"`, process.execPath, ...node], { cwd, env: environment });
}

export async function sec(args: readonly string[], place: Place): Promise<Ended> {
  return endOf(startSec(args, place));
}

/** All that a process says until it ends. */
export async function endOf(child: ChildProcess): Promise<Ended> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('it was started without pipes');
  const ended = new Promise<Pick<Ended, 'exit' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit, signal) => resolve({ exit, signal }));
  });
  const [said, complained, end] = await Promise.all([text(stdout), text(stderr), ended]);
  return { ...end, stdout: said, stderr: complained };
}
