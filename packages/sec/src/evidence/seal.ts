// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { passphraseOf, readKey } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { type LogKey, openLogKey, type Sealed, sealRuns } from '@helios/core/evidence';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { type EvidenceFlags, type EvidenceSettings, evidenceSettings } from './settings.ts';

export interface SealFlags extends EvidenceFlags {
  readonly logKey?: string;
  readonly origin?: string;
  readonly gitRef?: string;
  readonly remote?: string;
}

/** `sec evidence seal`: appends what is not sealed yet; each run once, however often it is called. */
export async function seal(flags: SealFlags, io: Io): Promise<ExitCode> {
  const settings = await evidenceSettings(flags, io);
  const key = logKeyOf(flags, settings, io);
  const request = { directory: settings.folder, key, required: settings.required };
  const ref = flags.gitRef ?? settings.configured.log?.ref;
  const remote = flags.remote ?? settings.configured.log?.remote;
  const sealed =
    ref === undefined
      ? await sealRuns({ ...request, log: settings.logFolder })
      : await (await import('./seal-on-ref.ts')).sealOnRef(request, { root: settings.root, ref, remote });
  io.stdout.write(describe(sealed));
  return EXIT.pass;
}

function logKeyOf(flags: SealFlags, { root, configured }: EvidenceSettings, io: Io): LogKey {
  const origin = flags.origin ?? configured.log?.origin;
  const key = configured.log?.key;
  if (origin === undefined || (flags.logKey === undefined && key === undefined)) {
    return fail('usage', 'a log needs a name and a key', {
      hint: 'Make them with `sec evidence keygen <name> --log <origin>`, and set evidence.log in helios.yaml.',
    });
  }
  const pem = flags.logKey === undefined ? readKey(key ?? '', root, io) : readKey(flags.logKey, io.cwd, io);
  return openLogKey(origin, pem, passphraseOf(io));
}

function describe({ runs, added, checkpoint }: Sealed): string {
  const head = `${checkpoint.origin} holds ${checkpoint.size} ${checkpoint.size === 1 ? 'run' : 'runs'}`;
  if (added.length === 0) return `· nothing to seal: ${head}\n`;
  return `${runs.map((path, at) => `sealed ${path} as entry ${added[at]}\n`).join('')}✔ ${head}\n`;
}
