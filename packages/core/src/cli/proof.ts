// SPDX-License-Identifier: Apache-2.0
import { join, relative, resolve } from 'node:path';
import { type Project, withinRoot } from '../config/index.ts';
import { keylessSigner, openSigner, type RunFlags, type Signer, storeRun } from '../evidence/index.ts';
import { fail, HeliosError } from '../error.ts';
import type { Report } from '../gate/result.ts';
import { commitOf, git } from '../git/index.ts';
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
      ...invocationOf(io),
    },
    flags: runFlags(flags, report, project, io),
    ...(signer && { signer }),
  });
  if (flags.quiet || flags.targets.every((target) => target.format !== 'text' || target.file !== undefined)) return;
  const shown = relative(io.cwd, join(directory, stored.rollup));
  io.stderr.write(`proof: ${shown}${signer ? '' : ' (unsigned)'}\n`);
}

/** What of the command line a replay must know. */
function runFlags({ config, failOn, baseline, paths }: CheckFlags, report: Report, project: Project, io: Io): RunFlags {
  const base = report.gates.find(({ scope }) => scope)?.scope?.base;
  return {
    ...(config !== undefined && project.file && { config: project.file.path }),
    ...(failOn !== undefined && { failOn }),
    ...(baseline !== undefined && { baseline: withinRoot(project, io.cwd, baseline) }),
    ...(base !== undefined && { changedSince: base }),
    ...(paths.length > 0 && { paths: paths.map((path) => withinRoot(project, io.cwd, path)) }),
  };
}

/** The address of the CI job, as GitHub and GitLab name it. */
function invocationOf({ env }: Io): { invocation?: string } {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  const attempt = env['GITHUB_RUN_ATTEMPT'] ?? '1';
  const github = server && repository && id && `${server}/${repository}/actions/runs/${id}/attempts/${attempt}`;
  const url = URL.parse(github || env['CI_JOB_URL'] || '');
  return url ? { invocation: `${url.origin}${url.pathname}` } : {};
}

function evidenceDirectory(flags: CheckFlags, project: Project, io: Io): string | undefined {
  if (!flags.evidence) return undefined;
  if (flags.evidenceDir !== undefined) return resolve(io.cwd, flags.evidenceDir);
  return project.file ? join(project.root, project.config.evidence.directory) : undefined;
}

/** How a proof is to be signed. */
export type SigningFlags = Partial<Pick<CheckFlags, 'key' | 'keyless'>>;

/**
 * What signs: the services of `--keyless`, the key that `--key` names, from the current folder, else that of the
 * configuration, from its own. Undefined: the proof is to be unsigned. Throws HeliosError `usage` for what cannot sign.
 */
export function signerOf(flags: SigningFlags, project: Project, io: Io): Signer | undefined {
  const { key, keyless } = project.config.evidence;
  if (flags.keyless) {
    if (flags.key !== undefined) {
      fail('usage', '--keyless signs without a key, and --key names one', { hint: 'Give one of the two.' });
    }
    const hint = 'Write at least evidence.keyless.fulcio, the address of a certificate authority.';
    if (!keyless) fail('usage', '--keyless needs evidence.keyless in helios.yaml', { hint });
    return keylessSigner(keyless, io.env['SIGSTORE_ID_TOKEN']);
  }
  if (flags.key === undefined && key === undefined) return undefined;
  const pem = flags.key === undefined ? readKey(key ?? '', project.root, io) : readKey(flags.key, io.cwd, io);
  return openSigner(pem, passphraseOf(io));
}

/** The commit that was judged: only where the work tree is exactly that commit. */
function cleanCommit(root: string): string | undefined {
  try {
    const clean = git(root, ['status', '--porcelain', '--untracked-files=normal']).length === 0;
    return clean ? commitOf(root, 'HEAD') : undefined;
  } catch (thrown) {
    // No git, no repository or no commit yet: then there is none to name.
    if (thrown instanceof HeliosError) return undefined;
    throw thrown;
  }
}
