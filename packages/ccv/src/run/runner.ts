// SPDX-License-Identifier: Apache-2.0
import type { Journal } from '../journal/journal.ts';
import type { World } from '../probe/world.ts';

/** What all runs of one process share. */
export interface Runner {
  readonly world: World;
  readonly journal: Journal;
  /** Absolute path of the folder in which each run has a folder of its own. */
  readonly workspaces: string;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Between two tries of a rollback. */
  readonly wait: (ms: number) => Promise<void>;
  /** Hears what a control is at. */
  readonly say: (control: string, what: string) => void;
}

/** Why a run was broken off. */
export class Halt extends Error {
  override readonly name = 'Halt';
}

/** Nothing has been done, and nothing will be. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
