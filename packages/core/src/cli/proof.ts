// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Project } from '../config/index.ts';
import { fail, messageOf } from '../error.ts';
import { openSigner, type Signer, storeRun } from '../evidence/index.ts';
import type { Report } from '../gate/result.ts';
import type { Io } from './io.ts';
import type { CheckFlags } from './parse-flags.ts';

/**
 * Leaves the proof of a verdict. Where there is no helios.yaml nothing is written unasked: a look at
 * somebody's folder is no reason to put one there.
 */
export async function leaveEvidence(
  report: Report,
  flags: CheckFlags,
  project: Project,
  started: Date,
  io: Io,
): Promise<void> {
  const directory = evidenceDirectory(flags, project, io);
  if (directory === undefined) return;
  const signer = openKey(flags, project, io);
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

function openKey(flags: CheckFlags, project: Project, io: Io): Signer | undefined {
  const file = flags.key !== undefined ? resolve(io.cwd, flags.key) : keyOf(project);
  return file === undefined ? undefined : openKeyFile(file, io);
}

/** Throws HeliosError `usage` when the file, or its passphrase, is not right. */
export function openKeyFile(file: string, io: Io): Signer {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (cause) {
    return fail('usage', `the signing key cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Make one with `sec evidence keygen`, or leave --key away for an unsigned proof.',
    });
  }
  return openSigner(pem, io.env['HELIOS_KEY_PASSPHRASE']);
}

function keyOf({ root, config }: Project): string | undefined {
  return config.evidence.key === undefined ? undefined : resolve(root, config.evidence.key);
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
