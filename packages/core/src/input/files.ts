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
  /** Whether .gitignore counts for nothing: records are made, not written, and mostly not committed. */
  readonly ignored?: boolean;
}

export interface Listing {
  /** Sorted by code unit. */
  readonly files: readonly string[];
  /** Symbolic links that the selection names, or that lead to a folder where it would look: listed, never followed. */
  readonly links: readonly string[];
}

/** Never anybody's security content, and large. */
const NEVER = new Set(['.git', 'node_modules']);

/** What folders hold, by their path: for several selections of one tree, which then all see the same. */
export type KnownFolders = Map<string, readonly Dirent[]>;

/** What the .gitignore files from the root down to a folder say, as patterns relative to the root. */
interface IgnoreScope {
  readonly patterns: readonly string[];
  readonly rules: Ignore;
}

const NOTHING_IGNORED: IgnoreScope = { patterns: [], rules: ignore() };

/**
 * Lists the files under the root that a selection names and no .gitignore hides, unless it asks for
 * those as well. Throws HeliosError `input` for a
 * folder that cannot be read, `config` for a negated glob.
 */
export function listFiles(root: string, selection: FileSelection, known: KnownFolders = new Map()): Listing {
  const included = matcherOf(selection.include);
  const excluded = matcherOf(selection.exclude ?? [], { dot: true });
  const reaches = selection.include.map(reachOf);
  const named = (path: string): boolean => included(path) && !excluded(path);
  const entered = (folder: string): boolean => mayHold(reaches, folder) && !excluded(`${folder}/`);
  const listing = { files: [] as string[], links: [] as string[] };

  const visit = (folder: string, scope: IgnoreScope): void => {
    const entries = known.get(folder) ?? readFolder(root, folder);
    known.set(folder, entries);
    const inner = selection.ignored ? scope : scopeOf(root, folder, entries, scope);
    for (const entry of entries) {
      const path = folder + entry.name;
      if (NEVER.has(entry.name) || isIgnored(inner, entry.isDirectory() ? `${path}/` : path)) continue;
      if (entry.isDirectory()) {
        if (entered(path)) visit(`${path}/`, inner);
      } else if (entry.isSymbolicLink()) {
        if (named(path) || (entered(path) && leadsToFolder(root, path))) listing.links.push(path);
      } else if (entry.isFile() && named(path)) listing.files.push(path);
    }
  };
  visit('', NOTHING_IGNORED);
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
  const greedy = globs.find((glob) => glob.split('/').some((segment) => wildcardsIn(segment) > MOST_WILDCARDS));
  if (greedy !== undefined) {
    fail('config', `the glob "${greedy}" has more than ${MOST_WILDCARDS} wildcards between two slashes`, {
      hint: 'Write fewer: the time that a match takes grows with each.',
    });
  }
  const tests = globs.map((glob) => testOf(glob, options));
  return (path) => tests.some((test) => test(path));
}

/** Nearly every path is told no, and to find a word of the glob missing is much quicker than to match. */
function testOf(glob: string, options: { readonly dot?: boolean }): (path: string) => boolean {
  // Without `s` the `**` ends at a line break, and a file with one in its path would be passed over.
  const matches = picomatch(glob, { ...options, flags: 's' });
  const word = /^[\w.*?/-]+$/.test(glob) ? longestOf(glob.match(/\w+/g) ?? []) : '';
  return (path) => path.includes(word) && matches(path);
}

function longestOf(words: readonly string[]): string {
  return words.reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** Each `*`, `?`, `+(`, `*(` that is not escaped; eight of them took half a minute on a name of sixty letters. */
function wildcardsIn(segment: string): number {
  return segment.replaceAll(/\\./g, '').match(/\*+|\?|[+@!]\(/g)?.length ?? 0;
}

const MOST_WILDCARDS = 3;

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

function isIgnored({ patterns, rules }: IgnoreScope, path: string): boolean {
  return patterns.length > 0 && rules.ignores(path);
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

function scopeOf(root: string, folder: string, entries: readonly Dirent[], outer: IgnoreScope): IgnoreScope {
  if (!entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) return outer;
  try {
    const lines = readFileSync(join(root, folder, '.gitignore'), 'utf8')
      .replace(/^\ufeff/, '')
      .split(/\r?\n/);
    const patterns = [...outer.patterns, ...lines.flatMap((line) => fromRoot(folder, line))];
    return { patterns, rules: ignore({ ignorecase: false }).add(patterns) };
  } catch (cause) {
    return fail('input', `cannot be read: ${messageOf(cause)}`, {
      path: `${folder}.gitignore`,
      cause,
      hint: 'Mend it: without it nobody knows which files are ignored.',
    });
  }
}

/**
 * A line of a folder's .gitignore as the root's would say it: without a slash before its end it counts at any depth
 * (gitignore(5)). In one list the last pattern that matches decides, so what an inner file lets in stays in.
 */
function fromRoot(folder: string, line: string): string[] {
  const [, not = '', pattern = ''] = /^(!?)(.*)$/s.exec(line) ?? [];
  if (line.startsWith('#') || /^\/*\s*$/.test(pattern)) return [];
  if (folder === '') return [line];
  const base = folder.replaceAll(/[\\*?[\]!# ]/g, '\\$&');
  const depth = /\/./.test(pattern) ? '' : '**/';
  return [not + base + depth + pattern.replace(/^\//, '').replace(/^\\(?=[!#])/, '')];
}
