// SPDX-License-Identifier: Apache-2.0
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { z } from 'zod';
import { fail } from '../error.ts';
import type { Level } from '../finding/finding.ts';
import { CORE_RULES } from '../finding/input-rules.ts';
import type { Levels } from '../finding/settle.ts';
import type { AnyGate } from '../gate/gate.ts';
import { readSource, type SourceFile } from '../input/index.ts';
import { checkConfig, failAt, meant, nearestOf, parseSteering } from './parse.ts';
import { type Config, configSchema, gateCommonSchema, gateSectionSchema } from './schema.ts';

const CONFIG_NAMES = ['helios.yaml', 'helios.yml', 'helios.json'] as const;

/** Where Helios stands: the root of the repository and what its configuration says. */
export interface Project {
  /** Absolute real path; all paths in reports are relative to it. */
  readonly root: string;
  readonly config: Config;
  /** Absent when there is no configuration file and defaults apply. */
  readonly file?: SourceFile;
  readonly sections: Readonly<Record<string, unknown>>;
}

/** What the configuration says of one gate. */
export interface GateSettings {
  readonly optional: boolean;
  readonly failOn: Level;
  readonly levels: Levels;
  readonly options: unknown;
}

export interface ProjectRequest {
  readonly cwd: string;
  /** `--config` */
  readonly config?: string;
  /** Files or folders named on the command line; the first says where to look for the configuration. */
  readonly paths?: readonly string[];
}

/**
 * Finds helios.yaml in the first path's folder or the nearest one above it, up to the top of the git work tree.
 * Its folder is the root; without one the root is the work tree's top, else the named folder itself.
 */
export async function loadProject(request: ProjectRequest): Promise<Project> {
  const start = startFolder(request);
  const file = request.config === undefined ? findConfig(start) : explicitConfig(request.cwd, request.config);
  if (!file) return { root: workTreeTop(start) ?? start, config: configSchema.parse({ version: 1 }), sections: {} };
  const root = realpathSync.native(dirname(file));
  const source = readSource(root, relative(root, file));
  const document = parseSteering(source);
  const config = await checkConfig(source, document, configSchema, []);
  return { root, config, file: source, sections: config.gates };
}

/** The gate's section, parsed; the defaults where there is none. */
export async function gateSettings(project: Project, gate: AnyGate): Promise<GateSettings> {
  const section = project.sections[gate.id] ?? (await sectionMissed(project, gate)) ?? {};
  const pointer = ['gates', gate.id];
  const schema = gateSectionSchema(gate);
  const parsed = project.file ? await checkConfig(project.file, section, schema, pointer) : defaultsOf(gate, schema);
  const { optional, failOn, rules } = gateCommonSchema.parse(parsed);
  const known = [...gate.rules, ...CORE_RULES].map((rule) => rule.id);
  const unknown = Object.keys(rules).find((id) => !known.includes(id));
  if (project.file && unknown !== undefined) {
    await failAt(
      project.file,
      [...pointer, 'rules', unknown],
      `unknown rule "${unknown}" in ${pointer.join('.')}.rules`,
      meant(unknown, known, 'Rules'),
      'key',
    );
  }
  const options = Object.fromEntries(Object.entries(parsed).filter(([key]) => key in gate.options.shape));
  return { optional, failOn: failOn ?? project.config.failOn, levels: rules, options };
}

/** A section that is only nearly named like the gate would leave it on defaults unseen. */
async function sectionMissed({ file, sections }: Project, { id }: AnyGate): Promise<undefined> {
  const near = nearestOf(id, Object.keys(sections));
  if (file && near !== undefined && near !== id)
    await failAt(file, ['gates', near], `unknown gate "${near}"`, `Did you mean "${id}"?`, 'key');
}

function defaultsOf<T>(gate: AnyGate, schema: z.ZodType<T>): T {
  const result = schema.safeParse({});
  if (result.success) return result.data;
  return fail('config', `${gate.id} cannot run on defaults alone: no helios.yaml here or above`, {
    hint: `Write one with the section gates.${gate.id}; it needs ${result.error.issues.map((issue) => issue.path.join('.')).join(', ')}.`,
  });
}

/** A path of the command line, relative to the root. Throws HeliosError `usage` when it lies elsewhere. */
export function withinRoot({ root }: Project, cwd: string, path: string): string {
  const inside = relative(root, realPath(resolve(cwd, path), path));
  if (leavesFolder(inside)) {
    fail('usage', `${path} lies outside ${root}`, {
      hint: 'Name paths under the folder of helios.yaml, or name another configuration with --config.',
    });
  }
  return inside.split(sep).join('/');
}

/** The absolute path of something to write, given from the root. Throws HeliosError `usage` when it lies elsewhere. */
export function belowRoot({ root }: Project, path: string): string {
  const absolute = resolve(root, path);
  if (!leavesFolder(relative(root, absolute))) return absolute;
  return fail('usage', `--output ${path} lies outside ${root}`, {
    hint: 'Name a place below the folder of helios.yaml.',
  });
}

function leavesFolder(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
}

function startFolder({ cwd, paths = [] }: ProjectRequest): string {
  const [first] = paths;
  if (first === undefined) return realpathSync.native(cwd);
  const absolute = realPath(resolve(cwd, first), first);
  return statSync(absolute).isDirectory() ? absolute : dirname(absolute);
}

function realPath(absolute: string, asGiven: string): string {
  try {
    return realpathSync.native(absolute);
  } catch (cause) {
    return fail('usage', `${asGiven}: no such file or folder`, {
      cause,
      hint: 'Check the path; it is relative to where you are.',
    });
  }
}

function explicitConfig(cwd: string, path: string): string {
  const absolute = realPath(resolve(cwd, path), path);
  if (!statSync(absolute).isFile())
    fail('usage', `${path} is not a file`, { hint: 'Name the file: --config helios.yaml' });
  return absolute;
}

function findConfig(start: string): string | undefined {
  for (const folder of upTo(start)) {
    const [found, another] = CONFIG_NAMES.map((name) => join(folder, name)).filter((file) => existsSync(file));
    if (another !== undefined)
      fail('config', `stands beside ${basename(found ?? '')}`, {
        path: basename(another),
        hint: 'Keep one of the two.',
      });
    if (found !== undefined) return found;
    if (existsSync(join(folder, '.git'))) return undefined;
  }
  return undefined;
}

function workTreeTop(start: string): string | undefined {
  return upTo(start).find((folder) => existsSync(join(folder, '.git')));
}

/** The folder and all above it, nearest first. */
function upTo(start: string): string[] {
  const parent = dirname(start);
  return parent === start ? [start] : [start, ...upTo(parent)];
}
