// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Json } from '../control/json.ts';
import type { PlainObservation } from '../control/observation.ts';
import { codeOf } from './failure.ts';
import { parsed } from './http.ts';
import { NoData, type World } from './world.ts';

export type Execution = Pick<Extract<PlainObservation, { kind: 'exec' }>, 'command' | 'cwd' | 'env' | 'input'>;

export interface Executed {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A probe's answer is short; who writes more is broken or hostile. */
const MAX_OUTPUT_BYTES = 1024 * 1024;

/** `{exit, stdout, stderr}`, and `json` where stdout is JSON. */
export async function observeExec(execution: Execution, world: World, signal: AbortSignal): Promise<Json> {
  const { exit, stdout, stderr } = await execute(execution, world, signal);
  const json = parsed(stdout);
  return { exit, stdout, stderr, ...(json !== stdout && { json }) };
}

/**
 * Runs a program by its argument vector; no shell reads it, and of the environment it sees PATH and what it is given.
 * When the signal is aborted it is killed with all that it has started. `spawned` hears of it once it runs. Throws NoData when it does not start, is killed,
 * or writes more than a mebibyte.
 */
export async function execute(
  { command, cwd, env, input }: Execution,
  world: World,
  signal: AbortSignal,
  spawned: (pid: number) => void = () => undefined,
): Promise<Executed> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: resolve(world.root, cwd ?? '.'),
    env: { PATH: world.env['PATH'], ...env },
    stdio: 'pipe',
    // A group of its own: Ctrl-C at the terminal is for the runner, which then rolls back; and a kill reaches all of it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const kill = (): void => killGroup(child.pid);
  signal.addEventListener('abort', kill, { once: true });
  try {
    if (child.pid !== undefined) spawned(child.pid);
    return await outputOf(child, input, program);
  } catch (thrown) {
    kill();
    throw thrown;
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

function outputOf(child: ChildProcess, input: string, program: string): Promise<Executed> {
  const { promise, resolve: ended, reject } = Promise.withResolvers<Executed>();
  const texts = { stdout: '', stderr: '' };
  let size = 0;
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      size += Buffer.byteLength(chunk);
      texts[name] += chunk;
      if (size <= MAX_OUTPUT_BYTES) return;
      killGroup(child.pid);
      reject(new NoData(`${program} writes more than ${MAX_OUTPUT_BYTES} bytes`));
    });
  }
  child.on('error', (error) => reject(new NoData(`${program} does not start: ${codeOf(error)}`)));
  child.on('close', (exit, signal) => {
    if (exit === null) reject(new NoData(`${program} was ended by ${signal}`));
    else ended({ exit, ...texts });
  });
  // A program that does not read its input may be gone before all of it is written.
  child.stdin?.on('error', () => undefined).end(input);
  return promise;
}

/** A program and all that it has started. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
