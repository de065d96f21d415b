// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { describeError } from '@helios/core/cli/actions';
import { fail, HeliosError, messageOf } from '@helios/core/error';
import {
  type KeylessTrust,
  type LogTrust,
  type NoteVerifier,
  parseVerifierKey,
  type Verification,
  verifyEvidence,
  verifyRunProof,
} from '@helios/core/evidence';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { parseJson } from '@helios/core/input';
import { type EvidenceFlags, type EvidenceSettings, evidenceSettings } from './settings.ts';

export interface VerifyFlags extends EvidenceFlags {
  readonly key: readonly string[];
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly trustedRoot?: string;
  readonly requireSigned?: boolean;
  readonly logKey: readonly string[];
  readonly requireSealed?: boolean;
  readonly checkpoint?: string;
  readonly witness: readonly string[];
  readonly quorum?: string;
  readonly proof?: string;
  readonly format: string;
}

/** `sec evidence verify`: exit 4 when anything does not hold, each file at fault by name. */
export async function verify(rollup: string | undefined, flags: VerifyFlags, io: Io): Promise<ExitCode> {
  if (!['text', 'json'].includes(flags.format)) {
    fail('usage', `unknown format "${flags.format}"`, { hint: 'Known formats: text, json.' });
  }
  if (flags.requireSigned && flags.key.length === 0 && flags.certificateIdentity === undefined) {
    fail('usage', '--require-signed needs to know who may sign', {
      hint: 'Name the public key, --key helios.pub, or the identity of keyless signatures.',
    });
  }
  if ((rollup === undefined) !== (flags.proof === undefined)) {
    fail('usage', 'a proof is checked for one roll-up', {
      hint: 'sec evidence verify <roll-up> --proof <file> --log-key <file>; leave both away to check the folder.',
    });
  }
  const settings = await evidenceSettings(flags, io);
  const trust = logTrustOf(flags, settings, io);
  return rollup === undefined || flags.proof === undefined
    ? verifyFolder(flags, settings, trust, io)
    : checkProof(rollup, flags.proof, trust, flags.format, io);
}

async function verifyFolder(
  flags: VerifyFlags,
  { folder, logFolder, configured }: EvidenceSettings,
  trust: LogTrust,
  io: Io,
): Promise<ExitCode> {
  const verification = await verifyEvidence(folder, {
    publicKeys: flags.key.map((file) => readText(file, io.cwd, 'the public key')),
    ...keylessTrustOf(flags, io),
    requireSigned: flags.requireSigned ?? false,
    required: configured.required ?? [],
    log: { ...trust, directory: logFolder, requireSealed: flags.requireSealed ?? false },
  });
  io.stdout.write(
    flags.format === 'json' ? `${JSON.stringify(verification, null, 2)}\n` : draw(verification, folder, trust),
  );
  if (verification.problems.length > 0) return EXIT.evidence;
  return verification.statements === 0 ? EXIT.nothingChecked : EXIT.pass;
}

/** A proof says whose log it is by nothing but the key it is checked with: without one it says nothing. */
function checkProof(rollup: string, proof: string, trust: LogTrust, format: string, io: Io): ExitCode {
  if (trust.logKeys.length === 0) {
    fail('usage', 'a proof needs to know whose log it is from', {
      hint: 'Name the key of the log: --log-key log.vkey',
    });
  }
  const { index, checkpoint } = verifyRunProof(readText(proof, io.cwd, 'the proof'), resolve(io.cwd, rollup), trust);
  const { origin, size } = checkpoint;
  io.stdout.write(
    format === 'json'
      ? `${JSON.stringify({ index, origin, size }, null, 2)}\n`
      : `✔ entry ${index} of ${size} in ${origin}\n`,
  );
  return EXIT.pass;
}

/** All three, or none: an identity is nothing without who vouched for it, and by which authorities that is believed. */
function keylessTrustOf(flags: VerifyFlags, io: Io): { keyless?: KeylessTrust } {
  const { certificateIdentity: subject, certificateOidcIssuer: issuer, trustedRoot } = flags;
  if (subject === undefined && issuer === undefined && trustedRoot === undefined) return {};
  if (subject === undefined || issuer === undefined || trustedRoot === undefined) {
    return fail('usage', 'an identity is checked with its issuer and a trusted root', {
      hint: 'Give --certificate-identity, --certificate-oidc-issuer and --trusted-root together.',
    });
  }
  const text = readText(trustedRoot, io.cwd, 'the trusted root');
  return { keyless: { signer: { subject, issuer }, trustedRoot: parseJson(trustedRoot, text) } };
}

function logTrustOf(flags: VerifyFlags, { root, configured }: EvidenceSettings, io: Io): LogTrust {
  const own = configured.log?.verifier;
  const logKeys =
    flags.logKey.length === 0 && own !== undefined
      ? [readVerifier(own, root)]
      : flags.logKey.map((file) => readVerifier(file, io.cwd));
  const witnesses = flags.witness.map((file) => readVerifier(file, io.cwd));
  const quorum = Number(flags.quorum ?? witnesses.length);
  if (!Number.isInteger(quorum) || quorum < 0 || quorum > witnesses.length) {
    fail('usage', `--quorum ${flags.quorum} is no number of the ${witnesses.length} witnesses given`, {
      hint: 'Name each witness by --witness, and of these how many must have cosigned.',
    });
  }
  const earlier = flags.checkpoint && readText(flags.checkpoint, io.cwd, 'the checkpoint');
  return { logKeys, witnesses, quorum, ...(earlier && { earlier }) };
}

function draw(verification: Verification, folder: string, trust: LogTrust): string {
  const { files, statements, signed, unfinished, problems, log } = verification;
  const faults = problems.map(
    ({ path, problem, remedy }) =>
      `${describeError(new HeliosError('evidence', problem, { path: join(folder, path), hint: remedy }))}\n`,
  );
  const left = unfinished.length === 0 ? '' : `${unfinished.length} unfinished (left by a process that was stopped)\n`;
  const summary = `${files} files, ${statements} statements hold, ${signed} signed by a given key\n`;
  const seals = log
    ? `${log.size} runs sealed in ${log.origin}${trust.logKeys.length === 0 ? ' (whose key was not given)' : ''}, ${log.unsealed.length} not sealed\n`
    : '';
  const verdict =
    problems.length > 0
      ? `✖ ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n`
      : statements === 0
        ? '· nothing to verify\n'
        : '✔ everything holds\n';
  return faults.join('') + summary + seals + left + verdict;
}

function readVerifier(file: string, folder: string): NoteVerifier {
  return parseVerifierKey(readText(file, folder, 'the verifier key'));
}

function readText(file: string, folder: string, what: string): string {
  try {
    return readFileSync(resolve(folder, file), 'utf8');
  } catch (cause) {
    return fail('usage', `${file}: ${what} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a file that is there.',
    });
  }
}
