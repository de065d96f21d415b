// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Io, Run } from '../../src/cli/index.ts';
import { plant, type Tree } from '../input/tree.ts';

export interface Called {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Where it ran. */
  readonly root: string;
}

export interface Call {
  readonly args: readonly string[];
  readonly files?: Tree;
  /** Runs there instead of in a new folder. */
  readonly root?: string;
  /** Below the root. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Columns of a terminal; without it there is none. */
  readonly terminal?: number;
  readonly now?: Date;
}

/** Runs a command line in this process and gathers what it writes; what differs from run to run is shown as <root>, <digest>, <random>. */
export async function call(
  run: Run,
  { args, files = {}, root = plant(files), cwd = '', env = {}, terminal, now }: Call,
): Promise<Called> {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr'): Io['stdout'] => ({
    write: (text) => void (written[name] += text),
    isTTY: terminal !== undefined,
    columns: terminal ?? 80,
  });
  const exit = await run(
    args.map((arg) => arg.replace('<root>', root)),
    {
      stdout: output('stdout'),
      stderr: output('stderr'),
      env,
      cwd: join(root, cwd),
      now: () => now ?? new Date('2026-06-01T12:00:00Z'),
    },
  );
  const shown = (text: string): string =>
    text
      .replaceAll(root, '<root>')
      // A roll-up names the Node and the machine that ran.
      .replaceAll(/^(proof: .*\/run-)[0-9a-f.]+(?=\.intoto)/gm, '$1<digest>')
      .replaceAll(/\.tmp\.[0-9a-f]{16}/g, '.tmp.<random>');
  return { exit, stdout: shown(written.stdout), stderr: shown(written.stderr), root };
}
