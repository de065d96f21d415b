// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ControlRun } from '@helios/core/record';
import { afterAll } from 'vitest';
import { type Control, controlSchema } from '../src/control/control.ts';
import { Journal } from '../src/journal/journal.ts';
import type { World } from '../src/probe/world.ts';
import { runControl } from '../src/run/run-control.ts';
import type { Runner } from '../src/run/runner.ts';

export const ROOT = dirname(dirname(dirname(import.meta.dirname)));

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** It goes when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = realpathSync.native(mkdtempSync(join(tmpdir(), 'helios-ccv-')));
  folders.push(folder);
  return folder;
}

/** The world as a control may see it: only hosts that are named, all of them on loopback. */
export function worldWith(hosts: readonly string[], more: Partial<World> = {}): World {
  const root = more.root ?? temporaryFolder();
  return {
    root,
    evidence: join(root, '.evidence'),
    network: { allow: [...hosts], private: [...hosts] },
    env: { PATH: process.env['PATH'] },
    now: () => new Date(),
    ...more,
  };
}

/** A runner with a journal of its own, or that of a folder; it does not wait between tries. */
export async function runnerOn(world: World, state: string = temporaryFolder(), random = Math.random): Promise<Runner> {
  return {
    world,
    journal: await Journal.open(join(state, 'journal.sqlite')),
    workspaces: join(state, 'work'),
    random,
    wait: async () => undefined,
    say: () => undefined,
  };
}

type Plain = Readonly<Record<string, unknown>>;

/** A control that only looks: at a file that is there. */
export function lookingControl(more: Plain = {}): Control {
  return controlSchema.parse({
    schema: 'helios/control/v1',
    id: 'looks',
    title: 'It only looks',
    service: 'shop',
    tier: 1,
    owner: '@team',
    expires: '2099-01-01',
    steady: [TRUE],
    verify: [TRUE],
    ...more,
  });
}

/** An observation that costs little, and always is the same. */
export const TRUE = { name: 'true', kind: 'exec', command: ['true'], expect: { '/exit': 0 } };
export const FALSE = { ...TRUE, name: 'false', command: ['false'] };

export function runOf(control: Control, runner: Runner, interrupt = new AbortController().signal): Promise<ControlRun> {
  return runControl({ control, path: `controls/ccv/${control.id}.yaml`, sha256: '0'.repeat(64) }, runner, interrupt);
}
