// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/**
 * Imported before a program (`--import`), it takes down every call by which the program changes files below a folder or
 * makes them durable, and breaks the nth. It is steered by the environment, and stops the clock, so that two runs write
 * the same bytes. Nothing else is touched: Node loads modules and keeps its compile cache elsewhere.
 *
 * - HELIOS_FAULT: `kill`, `EIO`, `ENOSPC`, `short`, or `none` to count
 * - HELIOS_FAULT_AT: which call, from 1 on
 * - HELIOS_FAULT_BELOW: absolute path of the folder
 * - HELIOS_FAULT_REPORT: where the calls are written as JSON, when the process ends or is killed
 * - HELIOS_NOW: what the clock says
 */
export interface InjectedCall {
  readonly name: string;
  /** Where it leads, of two paths. */
  readonly path: string;
}

type Call = (...args: unknown[]) => unknown;
type Api = Record<string, Call>;

const TEXT = { EIO: 'i/o error', ENOSPC: 'no space left on device' } as const;

/** Of a disk that is full, these go on failing; what frees or only renames does not. */
const TAKES_ROOM = new Set(['open', 'write', 'writeFile', 'appendFile', 'mkdir', 'mkdtemp', 'link', 'symlink']);
const FREES_ROOM = new Set(['rm', 'unlink', 'rmdir']);

const {
  HELIOS_FAULT: fault = 'none',
  HELIOS_FAULT_AT: at = '0',
  HELIOS_FAULT_BELOW: below,
  HELIOS_FAULT_REPORT: report,
  HELIOS_NOW: now,
} = process.env;

const { writeFileSync } = fs;
const calls: InjectedCall[] = [];

/** Whether the call that comes now is to break. */
function breaks(name: string, path: string): boolean {
  calls.push({ name, path });
  if (fault === 'none') return false;
  if (fault === 'ENOSPC' && FREES_ROOM.has(name)) return false;
  if (fault === 'ENOSPC' && TAKES_ROOM.has(name)) return calls.length >= Number(at);
  return calls.length === Number(at);
}

function tell(): void {
  if (report !== undefined) writeFileSync(report, JSON.stringify(calls));
}

function fail(name: string): never {
  if (fault === 'kill') {
    tell();
    process.kill(process.pid, 'SIGKILL');
  }
  const code = fault === 'ENOSPC' ? 'ENOSPC' : 'EIO';
  throw Object.assign(new Error(`${code}: ${TEXT[code]}, ${name}`), { code, syscall: name });
}

/**
 * A call that may break. `partly` is what is done of it even so: half of the bytes are written, a descriptor is given
 * back. Cut short, a write ends there without an error.
 */
function interpose(name: string, path: string, whole: () => unknown, partly?: () => unknown): unknown {
  if (!breaks(name, path)) return whole();
  if (fault === 'short') return (name === 'write' && partly ? partly : whole)();
  const done = partly?.();
  return done instanceof Promise ? done.then(() => fail(name)) : fail(name);
}

/** The first half of what a write was given: (bytes, offset?, length?) or (text). */
function halfOf([data, offset, length]: readonly unknown[]): Buffer {
  const all = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data as Uint8Array);
  const from = typeof offset === 'number' ? offset : 0;
  const to = typeof length === 'number' ? from + length : all.length;
  return all.subarray(from, from + Math.ceil((to - from) / 2));
}

const watched = (path: unknown): path is string => typeof path === 'string' && path.startsWith(`${below}/`);

function breakHandle(handle: FileHandle, path: string): FileHandle {
  const own = handle as unknown as Api;
  const bound = (name: string): Call => (own[name] as Call).bind(handle);
  const [write, close] = [bound('write'), bound('close')];
  own['write'] = async (...args) =>
    interpose(
      'write',
      path,
      () => write(...args),
      () => write(halfOf(args)),
    );
  own['close'] = async () => interpose('close', path, close, close);
  for (const name of ['sync', 'datasync', 'chmod', 'truncate', 'writeFile', 'appendFile']) {
    const real = bound(name);
    own[name] = async (...args) => interpose(name, path, () => real(...args));
  }
  return handle;
}

const OF_PATHS = ['mkdir', 'mkdtemp', 'rm', 'rmdir', 'unlink', 'rename', 'link', 'symlink', 'chmod', 'copyFile'];
const OF_CONTENT = ['writeFile', 'appendFile'];

/** Both APIs alike; `promised` keeps what is thrown inside the promise, `kept` is the real call as it is made. */
function breakPaths(api: Api, suffix: string, promised: (call: Call) => Call, kept = (call: Call): Call => call): void {
  for (const name of [...OF_PATHS, ...OF_CONTENT]) {
    const real = kept(api[name + suffix] as Call);
    const broken = promised((...args) => {
      const [first, second, ...rest] = args;
      const place = ['rename', 'link', 'symlink', 'copyFile'].includes(name) ? second : first;
      if (!watched(place) || within) return real(...args);
      const partly = OF_CONTENT.includes(name) ? () => real(first, halfOf([second]), ...rest) : undefined;
      return interpose(name, place, () => real(...args), partly);
    });
    api[name + suffix] = broken;
  }
}

/** Folders too are opened here, to be made durable. */
function breakPromises(api: Api): void {
  breakPaths(
    api,
    '',
    (call) =>
      async (...args) =>
        call(...args),
  );
  const open = api['open'] as (...args: unknown[]) => Promise<FileHandle>;
  api['open'] = async (path, ...rest) => {
    if (!watched(path)) return open(path, ...rest);
    return interpose('open', path, () => open(path, ...rest).then((handle) => breakHandle(handle, path)));
  };
}

let within = false;

/** Some synchronous calls are made of others of the API: these count once, as what the program called. */
function undisturbed(call: Call): Call {
  return (...args) => {
    within = true;
    try {
      return call(...args);
    } finally {
      within = false;
    }
  };
}

function breakSync(api: Api): void {
  breakPaths(api, 'Sync', (call) => call, undisturbed);
  const paths = new Map<unknown, string>();
  const open = api['openSync'] as Call;
  api['openSync'] = (path, flags, ...rest) => {
    const real = (): unknown => open(path, flags, ...rest);
    const writes = typeof flags === 'string' ? flags !== 'r' : (Number(flags) & 3) !== fs.constants.O_RDONLY;
    if (!watched(path) || !writes || within) return real();
    const descriptor = interpose('open', path, real);
    paths.set(descriptor, path);
    return descriptor;
  };
  for (const name of ['write', 'close', 'fsync', 'fchmod', 'ftruncate']) {
    const real = api[`${name}Sync`] as Call;
    api[`${name}Sync`] = (descriptor, ...args) => {
      const path = paths.get(descriptor);
      if (path === undefined) return real(descriptor, ...args);
      if (name === 'close') paths.delete(descriptor);
      const partly = { write: () => real(descriptor, halfOf(args)), close: () => real(descriptor) }[name];
      return interpose(name, path, () => real(descriptor, ...args), partly);
    };
  }
}

function stopClock(moment: number): void {
  const Running = Date;
  globalThis.Date = class extends Running {
    constructor(...args: readonly unknown[]) {
      super(...((args.length === 0 ? [moment] : args) as [number]));
    }
    static override now(): number {
      return moment;
    }
  } as DateConstructor;
}

if (now !== undefined) stopClock(Date.parse(now));
// Gates run in threads of their own, which only read.
if (isMainThread && below !== undefined) {
  breakPromises(promises as unknown as Api);
  breakSync(fs as unknown as Api);
  syncBuiltinESMExports();
  process.once('exit', tell);
}
