// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { describeError } from '@helios/core/cli/actions';
import { fail, HeliosError, messageOf } from '@helios/core/error';
import { type Verification, verifyEvidence } from '@helios/core/evidence';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { evidenceFolder } from './folder.ts';

export interface VerifyFlags {
  readonly evidenceDir?: string;
  readonly key: readonly string[];
  readonly requireSigned?: boolean;
  readonly format: string;
}

/** `sec evidence verify`: exit 4 when anything does not hold, each file at fault by name. */
export async function verify(flags: VerifyFlags, io: Io): Promise<ExitCode> {
  if (flags.requireSigned && flags.key.length === 0) {
    fail('usage', '--require-signed needs to know who may sign', { hint: 'Name the public key: --key helios.pub' });
  }
  const folder = await evidenceFolder(flags, io);
  const verification = await verifyEvidence(folder, {
    publicKeys: flags.key.map((file) => readKey(resolve(io.cwd, file), file)),
    requireSigned: flags.requireSigned ?? false,
  });
  if (flags.format === 'json') io.stdout.write(`${JSON.stringify(verification, null, 2)}\n`);
  else if (flags.format === 'text') io.stdout.write(draw(verification, folder));
  else fail('usage', `unknown format "${flags.format}"`, { hint: 'Known formats: text, json.' });
  if (verification.problems.length > 0) return EXIT.evidence;
  return verification.statements === 0 ? EXIT.nothingChecked : EXIT.pass;
}

function draw({ files, statements, signed, unfinished, problems }: Verification, folder: string): string {
  const faults = problems.map(
    ({ path, problem, remedy }) =>
      `${describeError(new HeliosError('evidence', problem, { path: join(folder, path), hint: remedy }))}\n`,
  );
  const left = unfinished.length === 0 ? '' : `${unfinished.length} unfinished (left by a run that was stopped)\n`;
  const summary = `${files} files, ${statements} statements hold, ${signed} signed by a given key\n`;
  const verdict =
    problems.length > 0
      ? `✖ ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n`
      : statements === 0
        ? '· nothing to verify\n'
        : '✔ everything holds\n';
  return faults.join('') + summary + left + verdict;
}

function readKey(absolute: string, asGiven: string): string {
  try {
    return readFileSync(absolute, 'utf8');
  } catch (cause) {
    return fail('usage', `${asGiven}: the public key cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a PEM file.',
    });
  }
}
