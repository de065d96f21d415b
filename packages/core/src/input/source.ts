// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fail, HeliosError } from '../error.ts';
import { LIMITS, refuse } from './limits.ts';

/** A text file as it was read, once. */
export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  /** Without a byte order mark. */
  readonly text: string;
  /** Of the bytes, 64 hex digits. */
  readonly sha256: string;
}

/** What is said of every symbolic link, and recognised by. */
export const IS_LINK = 'is a symbolic link, and links are not followed';

/** Real paths of folders seen in this run, by their path below the root: one look-up a folder, not one a file. */
export type RealFolders = Map<string, string>;

/** The bytes of a file under the root, in `scratch` if they fit. `root` is a real path. Throws HeliosError `input`. */
export function readBytes(
  root: string,
  path: string,
  maxBytes: number,
  folders: RealFolders = new Map(),
  scratch?: Buffer,
): Buffer {
  const absolute = `${root}${sep}${checkPath(path)}`;
  checkFolder(root, path, folders);
  let descriptor: number;
  try {
    // O_NONBLOCK: opening a FIFO must not wait for a writer; O_NOFOLLOW: a link may lead out of the tree.
    descriptor = openSync(absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw openError(path, cause);
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) fail('input', 'not a regular file', { path, hint: 'Name a file.' });
    if (status.size > maxBytes) refuse(path, 'file', maxBytes, 'bytes');
    return readDescriptor(descriptor, status.size, path, maxBytes, scratch);
  } finally {
    closeSync(descriptor);
  }
}

/** Where most files fit: their bytes are needed for as long as it takes to hash and decode them. */
const SCRATCH = Buffer.allocUnsafeSlow(64 * 1024);

export function readSource(root: string, path: string, folders?: RealFolders): SourceFile {
  const bytes = readBytes(
    root,
    path,
    path.toLowerCase().endsWith('.json') ? LIMITS.jsonBytes : LIMITS.textBytes,
    folders,
    SCRATCH,
  );
  return { path, text: decodeUtf8(path, bytes), sha256: hash('sha256', bytes, 'hex') };
}

const decoder = new TextDecoder('utf-8', { fatal: true });

export function decodeUtf8(path: string, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    return fail('input', 'not UTF-8 text', { path, cause, hint: 'Save the file as UTF-8, or exclude it.' });
  }
}

/** A leading slash or drive letter, `..`, a backslash or NUL. */
// oxlint-disable-next-line no-control-regex -- NUL ends a path for the system, and not for us
const NOT_PORTABLE = /^\/|^[A-Za-z]:|(?:^|\/)\.\.(?:\/|$)|[\\\0]/;

/** Refuses what is no plain relative path. */
export function checkPath(path: string): string {
  if (path === '' || NOT_PORTABLE.test(path)) {
    fail('input', 'path leaves the repository or is not portable', {
      path,
      hint: 'Use a path relative to the root of the repository, with forward slashes.',
    });
  }
  return path;
}

/** The file may have grown since fstat, or report size 0 (/proc): read to the end, within the limit. */
function readDescriptor(descriptor: number, size: number, path: string, maxBytes: number, scratch?: Buffer): Buffer {
  let buffer = scratch && size < scratch.length ? scratch : Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const count = readSome(descriptor, buffer, length, path);
    length += count;
    if (length > maxBytes) refuse(path, 'file', maxBytes, 'bytes');
    // All that fstat promised, and less than was asked for: a regular file has no more (POSIX read(2)).
    if (count === 0 || (length === size && length < buffer.length)) return buffer.subarray(0, length);
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
  }
}

function readSome(descriptor: number, into: Buffer, from: number, path: string): number {
  try {
    return readSync(descriptor, into, from, into.length - from, null);
  } catch (cause) {
    throw openError(path, cause);
  }
}

/** A linked folder may lead out of the tree even where the file itself is no link. */
function checkFolder(root: string, path: string, folders: RealFolders): void {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  let real = folders.get(parent);
  if (real === undefined) {
    try {
      real = realpathSync.native(join(root, parent));
    } catch (cause) {
      throw openError(path, cause);
    }
    folders.set(parent, real);
  }
  if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) {
    fail('input', 'lies behind a link that leads out of the repository', {
      path,
      hint: 'Copy it into the repository.',
    });
  }
}

function openError(path: string, cause: unknown): HeliosError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new HeliosError('input', 'no such file', {
        path,
        cause,
        hint: 'Check the path; it is relative to the root.',
      });
    case 'ELOOP':
      return new HeliosError('input', IS_LINK, {
        path,
        cause,
        hint: 'Name the file it points to, or exclude the link.',
      });
    case 'EACCES':
    case 'EPERM':
      return new HeliosError('input', 'may not be read', { path, cause, hint: 'Grant read permission.' });
    default:
      return new HeliosError('input', `cannot be read (${String(code ?? cause)})`, {
        path,
        cause,
        hint: 'Name a file that can be read, or exclude it.',
      });
  }
}
