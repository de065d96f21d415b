// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { call } from '../../../core/test/cli/terminal.ts';
import { run } from '../../src/cli.ts';
import type { WritingCommand } from './command.ts';
import type { InjectedCall } from './inject.ts';
import { type Content, type Fault, newPlace, type Place } from './repository.ts';

/** How an undisturbed run goes: what each disturbed one is held against. */
export interface Course {
  readonly command: WritingCommand;
  /** As the command finds it. */
  readonly template: Place;
  readonly before: Content;
  readonly after: Content;
  readonly calls: readonly InjectedCall[];
}

/** How a disturbed run ended. `completed`: the fault was got over, or came when all was done. */
export type Outcome = 'killed' | 'refused' | 'completed';

export interface Tried {
  readonly fault: Fault;
  readonly outcome: Outcome;
  /** What a reader could find torn, missing although the exit code says it is there, and all else that is wrong. */
  readonly torn: readonly string[];
  readonly lost: readonly string[];
  readonly unverified: readonly string[];
  readonly wrong: readonly string[];
}

export async function undisturbed(command: WritingCommand): Promise<Course> {
  const template = newPlace();
  await template.prepare(command);
  const before = template.content();
  const place = template.copyTo(`${template.folder}-undisturbed`);
  const { exit, calls, stderr } = await place.run(command);
  if (exit !== command.exit) throw new Error(`${command.name}: exit ${exit}\n${stderr}`);
  const course = { command, template, before, after: place.content(), calls };
  const faults = [...missing(course, place), ...(await verify(course, place, true))];
  if (faults.length > 0) throw new Error(`${command.name}: ${faults.join('; ')}`);
  place.remove();
  return course;
}

/** Every call breaks in every way that it can. */
export function faultsOf({ calls }: Course): Fault[] {
  const short = calls.flatMap(({ name }, index) =>
    name === 'write' ? [{ kind: 'short' as const, at: index + 1 }] : [],
  );
  const each = (kind: 'kill' | 'EIO'): Fault[] => calls.map((_, index) => ({ kind, at: index + 1 }));
  const full = calls.flatMap(({ name }, index) => (name === 'rm' ? [] : [{ kind: 'ENOSPC' as const, at: index + 1 }]));
  return [...each('kill'), ...each('EIO'), ...full, ...short];
}

export async function tryFault(course: Course, fault: Fault): Promise<Tried> {
  const { command, template } = course;
  const place = template.copyTo(`${template.folder}-${fault.kind}-${fault.at}`);
  const ended = await place.run(command, fault);
  const broken = ended.calls[fault.at - 1];
  const outcome = ended.signal === 'SIGKILL' ? 'killed' : ended.exit === command.exit ? 'completed' : 'refused';
  const torn = tornIn(course, place.content());
  const lost = outcome === 'completed' ? missing(course, place) : [];
  const unverified = await verify(course, place, false);
  const wrong = [
    ...(broken === undefined ? ['the call never came'] : []),
    ...((outcome === 'killed') === (fault.kind === 'kill') ? [] : [`${outcome} by ${fault.kind}`]),
    ...(fault.kind === 'short' && outcome !== 'completed' ? ['gave up on a short write'] : []),
    ...(outcome === 'refused' && broken ? complaints(course, place, fault, ended, broken) : []),
    ...(outcome !== 'killed' && broken?.name !== 'rm' ? leftovers(place.content()) : []),
  ];

  const done = missing(course, place).length === 0 ? command.once : undefined;
  const again = await place.run(command);
  // What a killed one owed is made up for, and then the command is refused as one that is done.
  const expected: readonly (number | null)[] = done
    ? [AGAIN[done]]
    : command.once === 'refused'
      ? [command.exit, 2]
      : [command.exit];
  if (!expected.includes(again.exit)) wrong.push(`a second run exits ${again.exit}: ${again.stderr}`);
  else if (done !== 'idle') wrong.push(...missing(course, place).map((path) => `after a second run: ${path}`));
  // A lock that cannot be removed is taken over, but for that under which another was taken over: it bars nobody.
  const locks = locksIn(place.content()).filter(
    (path) => path !== command.lock && (broken?.name !== 'rm' || path.endsWith('.lock')),
  );
  wrong.push(...locks.map((path) => `${path} is left after a second run`));
  unverified.push(...(await verify(course, place, true)));
  place.remove();
  return { fault, outcome, torn, lost, unverified, wrong };
}

/** What it exits with where all is done. */
const AGAIN = { refused: 2, idle: 3 } as const;

const TEMPORARY = /^\.tmp\.[0-9a-f]{16}$/;
const LOCK = /\.lock(\.[0-9a-f]{32})?$/;

const leftovers = (content: Content): string[] =>
  [...content.keys()].filter((path) => TEMPORARY.test(basename(path))).map((path) => `${path} is left`);
const locksIn = (content: Content): string[] => [...content.keys()].filter((path) => LOCK.test(path));

/** Files that are neither as they were nor as they should become. */
function tornIn({ command, before, after }: Course, now: Content): string[] {
  const paths = new Set([...before.keys(), ...now.keys()]);
  return [...paths].filter((path) => {
    const text = now.get(path);
    if (text === before.get(path) || text === after.get(path)) return false;
    return text === undefined || !(isPassing(path) || isWhole(command, path, text));
  });
}

function isWhole({ whole }: WritingCommand, path: string, text: string): boolean {
  try {
    return whole?.(path, text) ?? false;
  } catch {
    return false;
  }
}

/** What no reader takes for a file: a write in progress, a lock. */
const isPassing = (path: string): boolean => TEMPORARY.test(basename(path)) || LOCK.test(path);

/** Files that are not as they should be once the command has done its work. */
function missing({ command, after }: Course, place: Place): string[] {
  const now = place.content();
  const sortOf = (path: string): string => (command.varies && path.startsWith(command.varies) ? command.varies : path);
  const has = (content: Content, sort: string): boolean => [...content.keys()].some((path) => sortOf(path) === sort);
  const lacking = [...after].filter(([path, wanted]) => {
    if (sortOf(path) !== path) return !has(now, sortOf(path));
    const text = now.get(path);
    return text !== wanted && !(text !== undefined && isWhole(command, path, text));
  });
  const surplus = [...now.keys()].filter((path) => !has(after, sortOf(path)) && !isPassing(path));
  try {
    command.stored?.(place.root, place.folder);
  } catch (thrown) {
    return [...lacking.map(([path]) => path), ...surplus, String(thrown)];
  }
  return [...lacking.map(([path]) => path), ...surplus];
}

/** A user can act on it: a documented exit code, the file, the cause, and nothing of our insides. */
function complaints(
  { before, after }: Course,
  { root, folder }: Place,
  { kind }: Fault,
  { exit, stderr }: { readonly exit: number | null; readonly stderr: string },
  broken: InjectedCall,
): string[] {
  const changed = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);
  const place = dirname(broken.path);
  // A file to be read is named as it was given.
  const given = relative(root, broken.path);
  const names = [
    ...changed,
    broken.path,
    ...(given === '' ? [] : [given]),
    ...(place === root || place === folder ? [] : [place]),
  ];
  const say = (fault: string): string => `${fault} at ${broken.name} ${broken.path}: exit ${exit}, ${stderr}`;
  return [
    ...(exit === 2 ? [] : [say('not exit 2')]),
    ...(stderr.includes(kind) ? [] : [say('no cause')]),
    ...(names.some((name) => stderr.includes(name)) ? [] : [say('no file')]),
    ...(/^\s+at |internal error/m.test(stderr) ? [say('insides')] : []),
  ];
}

async function verify({ command }: Course, { root }: Place, complete: boolean): Promise<string[]> {
  // Where no gate ran, there is none to hold.
  if (!existsSync(join(root, '.evidence'))) return [];
  const flags = [...(command.verify ?? []), ...(complete ? (command.complete ?? []) : [])];
  const { exit, stdout, stderr } = await call(run, { args: ['evidence', 'verify', ...flags], root });
  return exit === 0 || exit === 3 ? [] : [`verify exits ${exit}: ${stdout}${stderr}`];
}
