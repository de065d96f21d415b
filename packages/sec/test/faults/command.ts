// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Tree } from '../../../core/test/input/tree.ts';
import { ROOT } from '../two-gates.ts';
import type { InjectedCall } from './inject.ts';

/** A command that writes, and the repository that it writes in. */
export interface WritingCommand {
  readonly name: string;
  /** Absolute path; that of `sec` unless said otherwise. */
  readonly script?: string;
  /** `<roll-up>` is the one that is there. */
  readonly args: readonly string[];
  /** What it exits with when nothing disturbs it. */
  readonly exit: 0 | 1;
  readonly files: Tree;
  /** What else makes the repository, once the files are there: commands of `sec`, or a function. */
  readonly before?: readonly (readonly string[] | ((root: string) => void))[];
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of `sec evidence verify`, whatever broke; `complete` those besides, once it has run to its end. */
  readonly verify?: readonly string[];
  readonly complete?: readonly string[];
  /** Of a file whose bytes are random: whether it is whole. */
  readonly whole?: (path: string, text: string) => boolean;
  /** Throws unless what is in no file of the repository is there, too. */
  readonly stored?: (root: string, folder: string) => void;
  /** Done once, it is refused, for it never replaces what is there; or it finds nothing new, and records that. */
  readonly once?: 'refused' | 'idle';
  /**
   * A lock that it takes only where there is something left to do: of a killed one that had done all it may stay, and is
   * taken over by the next that needs it.
   */
  readonly lock?: string;
  /** How a file's name begins that may be another after a second run: what is made up for may know less. */
  readonly varies?: string;
  /** Calls that did harm once: that they fail is tried every time. */
  readonly always?: (call: InjectedCall) => boolean;
}

/** A command of another binary. */
export const of =
  (name: string) =>
  (command: Omit<WritingCommand, 'script' | 'exit'>): WritingCommand => ({
    exit: 0,
    ...command,
    script: join(ROOT, 'packages', name, 'src/bin.ts'),
  });
export const SINK = 'connectors: {sink: {kind: file, path: sent.ndjson}}\n';

const wholeLines = (path: string, text: string): boolean =>
  path === 'sent.ndjson' &&
  /^(\{.*\}\n)*$/.test(text) &&
  text.split('\n').every((line) => line === '' || JSON.parse(line));

/** Each thing is stored once it is sent, so there are whole files between the first and the last. */
export const SENDING = { whole: wholeLines, lock: 'sent.ndjson.lock' } as const;

export const git = (root: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    encoding: 'utf8',
  });
