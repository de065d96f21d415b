// SPDX-License-Identifier: Apache-2.0
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Io } from '@helios/core/cli';
import { carryOut, namedConnector, type SendFlags } from '@helios/core/cli/actions';
import { loadProject } from '@helios/core/config';
import { fail } from '@helios/core/error';
import type { ExitCode } from '@helios/core/gate';
import { commitOf, git } from '@helios/core/git';

export interface SendChangesFlags extends SendFlags {
  readonly title: string;
  readonly body?: string;
  readonly key?: string;
  readonly base?: string;
}

/**
 * `sec send changes`: proposes what differs between the work tree and its commit, for instance after `--fix`, as a pull or
 * merge request. Work tree, index and branch stay as they are.
 */
export async function sendChanges(paths: readonly string[], flags: SendChangesFlags, io: Io): Promise<ExitCode> {
  const project = await loadProject({ cwd: io.cwd });
  const connector = namedConnector(project, flags.to, io);
  if (!connector.planChange)
    fail('usage', `${flags.to} takes no changes`, { hint: 'Name a connector to GitHub, GitLab or a file.' });
  const top = git(io.cwd, ['rev-parse', '--show-toplevel']).toString().trim();
  const files = changedFiles(top, io.cwd, paths);
  if (files.size === 0) fail('usage', 'nothing differs from the commit', { hint: 'Change something first.' });
  const change = {
    key: flags.key ?? flags.title,
    title: flags.title,
    body: flags.body ?? '',
    base: flags.base ?? branchOf(top),
    parent: commitOf(top, 'HEAD'),
    files,
  };
  return carryOut(await connector.planChange(change), flags, io);
}

function changedFiles(top: string, cwd: string, paths: readonly string[]): Map<string, Uint8Array | null> {
  const list = (args: readonly string[]): string[] =>
    git(cwd, [...args, '-z', '--', ...paths])
      .toString()
      .split('\0')
      .filter((path) => path !== '');
  const tracked = list(['diff', '--no-ext-diff', '--no-textconv', '--no-renames', '--name-only', 'HEAD']);
  const untracked = list(['ls-files', '--others', '--exclude-standard', '--full-name']);
  return new Map([...new Set([...tracked, ...untracked])].sort().map((path) => [path, contentOf(top, path)]));
}

/** Null for a file that is gone. Links and folders of other repositories are for git itself. */
function contentOf(top: string, path: string): Uint8Array | null {
  const status = lstatSync(join(top, path), { throwIfNoEntry: false });
  if (!status) return null;
  if (!status.isFile()) fail('usage', 'is no plain file, so it cannot be proposed', { path, hint: 'Leave it out.' });
  return readFileSync(join(top, path));
}

function branchOf(top: string): string {
  const branch = git(top, ['rev-parse', '--abbrev-ref', 'HEAD']).toString().trim();
  return branch === 'HEAD'
    ? fail('usage', 'no branch is checked out', { hint: 'Name the branch with --base.' })
    : branch;
}
