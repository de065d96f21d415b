// SPDX-License-Identifier: Apache-2.0
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addTo } from '../../../core/test/input/tree.ts';
import { type Ended, sec } from '../child.ts';
import { ROOT } from '../two-gates.ts';
import type { WritingCommand } from './command.ts';
import type { InjectedCall } from './inject.ts';

export const KINDS = ['kill', 'EIO', 'ENOSPC', 'short'] as const;
export type Kind = (typeof KINDS)[number];

export interface Fault {
  readonly kind: Kind;
  /** Which call, from 1 on. */
  readonly at: number;
}

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'inject.ts')).href;

/** Shared by all processes: most of a start is reading sources. */
const COMPILED = join(ROOT, 'node_modules/.helios/compiled');

/** Files by path; .git holds a repository that git looks after. */
export type Content = ReadonlyMap<string, string>;

/** A folder with a repository in it, and all else that a command writes to. */
export class Place {
  readonly folder: string;
  readonly root: string;

  constructor(folder: string) {
    this.folder = folder;
    this.root = join(folder, 'repository');
  }

  /** Runs the command with every write into this place watched, and one broken if so wanted. */
  async run(command: WritingCommand, fault?: Fault): Promise<Ended & { readonly calls: readonly InjectedCall[] }> {
    const report = `${this.folder}.json`;
    const inPlace = (text: string): string => text.replace('<folder>', this.folder);
    const env = {
      HELIOS_FAULT: fault?.kind ?? 'none',
      HELIOS_FAULT_AT: String(fault?.at ?? 0),
      HELIOS_FAULT_BELOW: this.folder,
      HELIOS_FAULT_REPORT: report,
      ...Object.fromEntries(Object.entries(command.env ?? {}).map(([name, value]) => [name, inPlace(value)])),
    };
    const args = command.args.map((arg) => arg.replace('<roll-up>', () => this.#rollup()));
    const ended = await this.#sec(args, env, command.script);
    const calls = JSON.parse(readFileSync(report, 'utf8')) as InjectedCall[];
    rmSync(report);
    return { ...ended, calls };
  }

  /** Makes the repository of a command. */
  async prepare({ files, before = [] }: WritingCommand): Promise<void> {
    for (const name of ['repository', 'tmp', 'home']) mkdirSync(join(this.folder, name), { recursive: true });
    addTo(this.root, files);
    for (const step of before) {
      if (typeof step === 'function') step(this.root);
      else if ((await this.#sec(step, {})).exit !== 0) throw new Error(`sec ${step.join(' ')} failed`);
    }
  }

  copyTo(folder: string): Place {
    cpSync(this.folder, folder, { recursive: true });
    return new Place(folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  content(): Content {
    const files = readdirSync(this.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.root.length + 1))
      .filter((path) => !path.startsWith('.git/'));
    return new Map(files.sort().map((path) => [path, readFileSync(join(this.root, path), 'latin1')]));
  }

  #rollup(): string {
    const builds = '.evidence/builds';
    const name = readdirSync(join(this.root, builds)).find((each) => each.endsWith('.intoto.json'));
    return `${builds}/${name}`;
  }

  #sec(args: readonly string[], env: Readonly<Record<string, string>>, script?: string): Promise<Ended> {
    return sec(args, {
      cwd: this.root,
      env: {
        HOME: join(this.folder, 'home'),
        TMPDIR: join(this.folder, 'tmp'),
        NODE_COMPILE_CACHE: COMPILED,
        HELIOS_NOW: '2026-06-01T12:00:00Z',
        ...env,
      },
      preload: PRELOAD,
      ...(script !== undefined && { script }),
    });
  }
}

export function newPlace(): Place {
  return new Place(realpathSync(mkdtempSync(join(tmpdir(), 'helios-faults-'))));
}
