// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fail, messageOf } from '@helios/core/error';
import { makeFolder, reporting, withTemporaryFolder } from '@helios/core/fs';
import { type LogKey, type Sealed, sealRuns } from '@helios/core/evidence';

export interface LogRef {
  /** A folder of the git repository. */
  readonly root: string;
  /** `refs/heads/evidence-log` */
  readonly ref: string;
  /** Absent: the ref of this repository alone. */
  readonly remote: string | undefined;
}

interface Request {
  readonly directory: string;
  readonly key: LogKey;
  readonly required: readonly string[];
}

/** Each try starts from the head that was first; so many jobs may be before us. */
const TRIES = 20;
const PAUSE_MS = 100;

/**
 * Seals into a log that lives on a git ref of its own. The ref only ever goes forward: a job that finds another was first
 * seals again on top of that one's head, so that jobs of many branches make one history. Neither the work tree nor the
 * index of the user is touched. Throws HeliosError `evidence` or `io`.
 */
export async function sealOnRef(request: Request, log: LogRef): Promise<Sealed> {
  for (let attempt = 1; ; attempt++) {
    const sealed = await withTemporaryFolder('helios-log', (folder) => sealOnce(request, log, folder));
    if (sealed !== undefined) return sealed;
    if (attempt === TRIES) {
      fail('io', `${log.ref} moved ${TRIES} times while this run was being sealed`, {
        hint: 'Seal from one job at a time: give the job a concurrency group.',
      });
    }
    // No randomness: whoever was refused had a later head than the one before, and waits a little longer.
    await sleep(PAUSE_MS * attempt);
  }
}

/** Undefined when somebody else was first. */
async function sealOnce(request: Request, log: LogRef, folder: string): Promise<Sealed | undefined> {
  const git = await gitIn(log.root, folder);
  const head = await fetchHead(git, log);
  if (head !== undefined) await git('read-tree', head);
  if (head !== undefined) await git('checkout-index', '--all');
  const sealed = await sealRuns({ ...request, log: join(folder, 'tree') });
  return sealed.added.length === 0 || (await publish(git, log, head, sealed)) ? sealed : undefined;
}

type Git = (...args: string[]) => Promise<string>;

/** git with an index and a work tree of its own, and nothing of the user's settings that runs programs or changes bytes. */
async function gitIn(root: string, folder: string): Promise<Git> {
  const tree = join(folder, 'tree');
  await reporting(`create ${tree}`, () => makeFolder(tree));
  const settings = ['core.hooksPath=/dev/null', 'core.autocrlf=false', 'core.fsmonitor=false', 'commit.gpgSign=false'];
  const options = settings.flatMap((setting) => ['-c', setting]);
  const env = {
    ...process.env,
    GIT_DIR: await repositoryOf(root),
    GIT_WORK_TREE: tree,
    GIT_INDEX_FILE: join(folder, 'index'),
    GIT_AUTHOR_NAME: 'Helios',
    GIT_AUTHOR_EMAIL: 'helios@localhost',
    GIT_COMMITTER_NAME: 'Helios',
    GIT_COMMITTER_EMAIL: 'helios@localhost',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ATTR_NOSYSTEM: '1',
  };
  return async (...args) => {
    const { stdout } = await run('git', [...options, ...args], { cwd: tree, env, maxBuffer: OUTPUT_BYTES });
    return stdout.trim();
  };
}

const run = promisify(execFile);
const OUTPUT_BYTES = 64 * 1024 * 1024;

async function repositoryOf(root: string): Promise<string> {
  try {
    return (await run('git', ['-C', root, 'rev-parse', '--absolute-git-dir'])).stdout.trim();
  } catch (cause) {
    return fail('usage', `${root} is in no git repository that can be read: ${lastLine(cause)}`, {
      cause,
      hint: 'Keep the log in a folder instead: leave evidence.log.ref and --git-ref away.',
    });
  }
}

/** The commit that the ref has now; undefined where there is none yet. */
async function fetchHead(git: Git, { ref, remote }: LogRef): Promise<string | undefined> {
  if (remote === undefined) return (await git('for-each-ref', '--format=%(objectname)', ref)) || undefined;
  try {
    const [head] = (await git('ls-remote', remote, ref)).split('\t');
    if (!head) return undefined;
    await git('fetch', '--quiet', '--no-tags', '--no-write-fetch-head', remote, head);
    return head;
  } catch (cause) {
    return fail('io', `the log cannot be fetched from ${remote}: ${lastLine(cause)}`, {
      cause,
      hint: 'Check evidence.log.remote and the access of this job.',
    });
  }
}

/** A lock or a write in progress that could not be removed; on the ref, the lock would bar every other machine. */
const PASSING = [':(exclude,glob)**/.tmp.*', ':(exclude,glob).lock*'];

/** False when somebody else was first. */
async function publish(git: Git, { ref, remote }: LogRef, head: string | undefined, sealed: Sealed): Promise<boolean> {
  await git('add', '--all', '--force', '--', '.', ...PASSING);
  const tree = await git('write-tree');
  const { size } = sealed.checkpoint;
  const parent = head === undefined ? [] : ['-p', head];
  const commit = await git('commit-tree', tree, ...parent, '-m', `Seal ${sealed.runs.join(', ')}: ${size} entries`);
  try {
    if (remote === undefined) await git('update-ref', ref, commit, head ?? '0'.repeat(commit.length));
    else await git('push', '--quiet', `--force-with-lease=${ref}:${head ?? ''}`, remote, `${commit}:${ref}`);
    return true;
  } catch (cause) {
    if ((await fetchHead(git, { root: '', ref, remote })) !== head) return false;
    return fail('io', `the log cannot be written to ${ref}: ${lastLine(cause)}`, {
      cause,
      hint: 'Let this job push to the ref of the log.',
    });
  }
}

function lastLine(cause: unknown): string {
  return messageOf(cause).trim().split('\n').at(-1) ?? '';
}
