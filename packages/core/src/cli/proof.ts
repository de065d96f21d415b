// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { join, relative, resolve } from 'node:path';
import type { Project } from '../config/index.ts';
import { openSigner, type Signer, storeRun } from '../evidence/index.ts';
import type { Report } from '../gate/result.ts';
import type { Io } from './io.ts';
import { passphraseOf, readKey } from './key.ts';
import type { CheckFlags } from './parse-flags.ts';

/**
 * Leaves the proof of a verdict. Where there is no helios.yaml nothing is written unasked: a look at
 * somebody's folder is no reason to put one there.
 */
export async function leaveEvidence(
  report: Report,
  flags: CheckFlags,
  project: Project,
  signer: Signer | undefined,
  started: Date,
  io: Io,
): Promise<void> {
  const directory = evidenceDirectory(flags, project, io);
  if (directory === undefined) return;
  const commit = cleanCommit(project.root);
  const now = io.now();
  const stored = await storeRun({
    directory,
    report,
    facts: {
      timeVerified: now.toISOString(),
      durationMs: now.getTime() - started.getTime(),
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      ...(commit !== undefined && { commit }),
    },
    ...(signer && { signer }),
  });
  if (flags.quiet || flags.targets.every((target) => target.format !== 'text' || target.file !== undefined)) return;
  const shown = relative(io.cwd, join(directory, stored.rollup));
  io.stderr.write(`proof: ${shown}${signer ? '' : ' (unsigned)'}\n`);
}

function evidenceDirectory(flags: CheckFlags, project: Project, io: Io): string | undefined {
  if (!flags.evidence) return undefined;
  if (flags.evidenceDir !== undefined) return resolve(io.cwd, flags.evidenceDir);
  return project.file ? join(project.root, project.config.evidence.directory) : undefined;
}

/**
 * The key that `--key` names, from the current folder, else that of the configuration, from its own. Undefined: the proof
 * is to be unsigned. Throws HeliosError `usage` when the key, or its passphrase, is not right.
 */
export function openKey(flags: CheckFlags, project: Project, io: Io): Signer | undefined {
  const { key } = project.config.evidence;
  if (flags.key === undefined && key === undefined) return undefined;
  const pem = flags.key === undefined ? readKey(key ?? '', project.root, io) : readKey(flags.key, io.cwd, io);
  return openSigner(pem, passphraseOf(io));
}

/** The commit that was judged: only where the work tree is exactly that commit. */
function cleanCommit(root: string): string | undefined {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'core.fsmonitor=false', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 30_000,
    }).trim();
  try {
    const commit = git('rev-parse', '--verify', 'HEAD');
    return git('status', '--porcelain', '--untracked-files=normal') === '' ? commit : undefined;
  } catch {
    // No git, no repository or no commit yet: then there is none to name.
    return undefined;
  }
}
