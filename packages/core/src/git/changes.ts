// SPDX-License-Identifier: Apache-2.0
import { fail, HeliosError } from '../error.ts';
import type { Changes, Lines } from './changed-lines.ts';
import { commitOf, git } from './git.ts';

/**
 * The lines under a folder that differ from where this history left that of `ref`, with work that is not committed and
 * files that git does not know yet. Throws HeliosError `usage` where there is no such commit to compare with.
 */
export function changesSince(folder: string, ref: string): Changes {
  const base = mergeBase(folder, ref);
  const options = ['--no-ext-diff', '--no-textconv', '--no-color', '--relative', '--find-renames', '--unified=0'];
  const names = git(folder, ['diff', ...options, '--name-status', '-z', base, '--']).toString();
  // Names are quoted in patches; the list has them as they are, in the same order.
  const patches = git(folder, ['diff', ...options, base, '--'])
    .toString()
    .split(/^diff --git /m)
    .slice(1);
  const files = new Map<string, readonly Lines[] | 'new'>();
  for (const [index, { status, path }] of parseNames(names).entries()) {
    files.set(path, status === 'A' ? 'new' : linesOf(patches[index] ?? ''));
  }
  const untracked = git(folder, ['ls-files', '--others', '--exclude-standard', '-z']).toString().split('\0');
  for (const path of untracked) if (path !== '') files.set(path, 'new');
  return { base, files };
}

/** `M\0path\0`, `R100\0old\0new\0` … */
function parseNames(listing: string): { status: string; path: string }[] {
  const fields = listing.split('\0');
  const names: { status: string; path: string }[] = [];
  for (let at = 0; at + 1 < fields.length;) {
    const status = fields[at]?.charAt(0) ?? '';
    const width = status === 'R' || status === 'C' ? 2 : 1;
    names.push({ status, path: fields[at + width] ?? '' });
    at += width + 1;
  }
  return names;
}

/** The new side of each hunk: `@@ -12,3 +14,2 @@`. Where lines were only taken away, the two around the gap have changed. */
function linesOf(patch: string): Lines[] {
  return [...patch.matchAll(/^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/gm)].map(([, start = '', count = '1']): Lines => {
    const from = Number(start);
    return count === '0' ? [from, from + 1] : [from, from + Number(count) - 1];
  });
}

function mergeBase(folder: string, ref: string): string {
  requireRepository(folder);
  const commit = known(folder, ref);
  try {
    return git(folder, ['merge-base', commit, 'HEAD']).toString().trim();
  } catch (cause) {
    return fail('usage', `this history and that of ${ref} share no commit here`, { cause, hint: deepen(folder) });
  }
}

function requireRepository(folder: string): void {
  try {
    git(folder, ['rev-parse', '--is-inside-work-tree']);
  } catch (cause) {
    if (cause instanceof HeliosError && cause.code === 'io') throw cause;
    fail('usage', `--changed-since needs a git repository, and ${folder} is in none`, {
      cause,
      hint: 'Leave it away.',
    });
  }
}

function known(folder: string, ref: string): string {
  try {
    return commitOf(folder, ref);
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    return fail('usage', `git knows no commit "${ref}"`, { cause: thrown, hint: deepen(folder) });
  }
}

/** What most of the time is missing in CI. */
function deepen(folder: string): string {
  const shallow = git(folder, ['rev-parse', '--is-shallow-repository']).toString().trim() === 'true';
  return shallow
    ? 'The clone is shallow: check out with fetch-depth: 0 (GitHub) or GIT_DEPTH: 0 (GitLab), or run git fetch --unshallow.'
    : 'Name a branch, tag or commit that is here; fetch it first if it is elsewhere.';
}
