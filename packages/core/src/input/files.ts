// SPDX-License-Identifier: Apache-2.0
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import picomatch from 'picomatch';
import { fail, messageOf } from '../error.ts';

export interface FileSelection {
  /** Globs relative to the root; a match of any counts. */
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
}

export interface Listing {
  /** Sorted by code unit. */
  readonly files: readonly string[];
  /** Symbolic links that the selection names, or that lead to a folder where it would look: listed, never followed. */
  readonly links: readonly string[];
}

/** Never anybody's security content, and large. */
const NEVER = new Set(['.git', 'node_modules']);

/** One .gitignore and the folder that it speaks for ('' or ending in a slash). */
interface IgnoreScope {
  readonly base: string;
  readonly rules: Ignore;
}

/**
 * Lists the files under the root that a selection names and no .gitignore hides. Throws HeliosError `input` for a
 * folder that cannot be read, `config` for a negated glob.
 */
export function listFiles(root: string, selection: FileSelection): Listing {
  const included = matcherOf(selection.include);
  const excluded = matcherOf(selection.exclude ?? [], { dot: true });
  const reaches = selection.include.map(reachOf);
  const listing = { files: [] as string[], links: [] as string[] };

  const visit = (folder: string, scopes: readonly IgnoreScope[]): void => {
    const entries = readFolder(root, folder);
    const inner = scopeOf(root, folder, entries, scopes);
    for (const entry of entries) {
      const path = folder + entry.name;
      if (NEVER.has(entry.name) || isIgnored(inner, path, entry.isDirectory())) continue;
      const named = included(path) && !excluded(path);
      const entered = mayHold(reaches, path) && !excluded(`${path}/`);
      if (entry.isDirectory()) {
        if (entered) visit(`${path}/`, inner);
      } else if (entry.isSymbolicLink()) {
        if (named || (entered && leadsToFolder(root, path))) listing.links.push(path);
      } else if (named && entry.isFile()) listing.files.push(path);
    }
  };
  visit('', []);
  listing.files.sort();
  listing.links.sort();
  return listing;
}

/** A test whether a path matches any of some globs, as listFiles does it. Throws HeliosError `config`. */
export function matcherOf(
  globs: readonly string[],
  options: { readonly dot?: boolean } = {},
): (path: string) => boolean {
  const negated = globs.find((glob) => /^!(?!\()/.test(glob));
  if (negated !== undefined) {
    // Of several globs any may match, so a negated one would match nearly every file.
    fail('config', `the glob "${negated}" is negated`, {
      hint: 'Write what to leave out under `exclude`, without the "!".',
    });
  }
  return picomatch([...globs], options);
}

/** The glob that names one path, whatever characters it holds. */
export function literalGlob(path: string): string {
  return path.replaceAll(/[!-,:-@[-^`{-~]/g, '\\$&');
}

/** How far a glob can reach. */
interface Reach {
  /** Its fixed part. */
  readonly prefix: string;
  /** Path segments of the longest match. */
  readonly depth: number;
  /** Whether it names folders that begin with a dot. */
  readonly dots: boolean;
}

function reachOf(glob: string): Reach {
  return {
    prefix: picomatch.scan(glob).base.replaceAll(/\\(.)/g, '$1'),
    depth: /\*\*|\(/.test(glob) ? Infinity : glob.split('/').length,
    dots: /(^|[/{,(|])\\?\./.test(glob),
  };
}

/** Whether a folder can hold a match: it lies on the way to, or under, the fixed part of a glob. */
function mayHold(reaches: readonly Reach[], folder: string): boolean {
  const segments = folder.split('/');
  const hidden = segments.some((segment) => segment.startsWith('.'));
  return reaches.some(
    ({ prefix, depth, dots }) =>
      segments.length < depth &&
      (dots || !hidden) &&
      (prefix === '' || prefix === folder || prefix.startsWith(`${folder}/`) || folder.startsWith(`${prefix}/`)),
  );
}

function leadsToFolder(root: string, path: string): boolean {
  try {
    return statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    // It goes in circles, or to where we may not look: whatever it hides is not checked.
    return true;
  }
}

function readFolder(root: string, folder: string): Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (cause) {
    return fail('input', `folder cannot be read: ${messageOf(cause)}`, {
      path: folder === '' ? '.' : folder.slice(0, -1),
      cause,
      hint: 'Grant read permission, or exclude the folder.',
    });
  }
}

function scopeOf(
  root: string,
  folder: string,
  entries: readonly Dirent[],
  scopes: readonly IgnoreScope[],
): readonly IgnoreScope[] {
  if (!entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) return scopes;
  try {
    const rules = ignore({ ignorecase: false }).add(readFileSync(join(root, folder, '.gitignore'), 'utf8'));
    return [...scopes, { base: folder, rules }];
  } catch (cause) {
    return fail('input', `cannot be read: ${messageOf(cause)}`, {
      path: `${folder}.gitignore`,
      cause,
      hint: 'Mend it: without it nobody knows which files are ignored.',
    });
  }
}

/** The nearest .gitignore that has an opinion decides, as in git. */
function isIgnored(scopes: readonly IgnoreScope[], path: string, isFolder: boolean): boolean {
  for (let index = scopes.length - 1; index >= 0; index--) {
    const scope = scopes[index];
    if (!scope) continue;
    const result = scope.rules.test(path.slice(scope.base.length) + (isFolder ? '/' : ''));
    if (result.ignored) return true;
    if (result.unignored) return false;
  }
  return false;
}
