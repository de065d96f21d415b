// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ControlRun, controlRunSchema } from '@helios/core/record';
import { type Called, call } from '../../../core/test/cli/terminal.ts';
import { run } from '../../src/cli.ts';
import type { Control } from '../../src/control/control.ts';
import { ROOT, temporaryFolder } from '../stage.ts';

/** A folder with controls, as users have them. YAML takes JSON as it is. */
export class Project {
  readonly root = temporaryFolder();
  readonly state = temporaryFolder();

  constructor(controls: readonly (Control | Readonly<Record<string, unknown>>)[], hosts: readonly string[] = []) {
    mkdirSync(join(this.root, 'controls/ccv'), { recursive: true });
    const services = [{ id: 'shop', title: 'Shop', tier: 1, owner: '@team' }];
    this.write('helios.yaml', { version: 1, network: { allow: hosts, private: hosts } });
    this.write('controls/ccv/services.yaml', { schema: 'helios/services/v1', services });
    for (const control of controls) this.write(`controls/ccv/${String(control['id'])}.yaml`, control);
  }

  write(path: string, value: unknown): void {
    writeFileSync(join(this.root, path), JSON.stringify(value, null, 2));
  }

  call(args: readonly string[], more: { readonly now?: Date; readonly terminal?: number } = {}): Promise<Called> {
    return call(run, {
      args: [...args],
      root: this.root,
      env: { PATH: process.env['PATH'] ?? '' },
      now: new Date(),
      ...more,
    });
  }

  run(...args: readonly string[]): Promise<Called> {
    return this.call(['run', '--state', this.state, ...args]);
  }

  /** In a process of its own. */
  spawn(...args: readonly string[]): ChildProcess {
    const bin = join(ROOT, 'packages/ccv/src/bin.ts');
    const argv = ['--conditions=source', bin, ...args, '--state', this.state];
    return spawn(process.execPath, argv, { cwd: this.root, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** What was left with the evidence, the earliest first. */
  records(): ControlRun[] {
    const folder = join(this.root, '.evidence/ccv');
    return readdirSync(folder)
      .filter((name) => name.endsWith('.intoto.json'))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as { predicate: unknown })
      .map(({ predicate }) => controlRunSchema.parse(predicate))
      .sort((a, b) => (a.finished < b.finished ? -1 : 1));
  }
}

export function ended(child: ChildProcess): Promise<{ exit: number | null; signal: string | null; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => void child.on('close', (exit, signal) => resolve({ exit, signal, output })));
}
