// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { fail } from '../error.ts';

/** What a repository could say to have its own programs run, or other bytes given than are stored. */
const SETTINGS = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.quotePath=false'];
const OUTPUT_BYTES = 512 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/**
 * The output of a git command in a folder. A repository is somebody else's: its settings start no program, and the
 * environment does not lead to another one. Throws HeliosError `usage`, with git's own words; `io` without a git.
 */
export function git(folder: string, args: readonly string[], input: string | Uint8Array = ''): Buffer {
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', folder, '--no-pager', ...settings, ...args], {
    input,
    env: cleanEnvironment(),
    maxBuffer: OUTPUT_BYTES,
    timeout: TIMEOUT_MS,
  });
  if (error) fail('io', `git cannot be run: ${error.message}`, { cause: error, hint: 'Install git.' });
  if (status !== 0) {
    fail('usage', `git ${args[0]} failed: ${stderr.toString().trim().split('\n').at(-1) ?? ''}`, {
      hint: `Look at it with git -C ${folder} ${args[0]}.`,
    });
  }
  return stdout;
}

/** git sets these for its hooks, and they lead elsewhere; a gate in a hook looks at the folder it is in. */
const ELSEWHERE =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_.*|NAMESPACE|EXTERNAL_DIFF)$/;

function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !ELSEWHERE.test(name));
  return { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}

/** The full id of the commit that a ref names. Throws HeliosError `usage`. */
export function commitOf(folder: string, ref: string): string {
  return git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])
    .toString()
    .trim();
}

/** The folder's place below the top of the work tree: '' or a path with a slash at its end. */
export function prefixOf(folder: string): string {
  return git(folder, ['rev-parse', '--show-prefix']).toString().trim();
}
