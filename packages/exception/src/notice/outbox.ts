// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { fail } from '@helios/core/error';
import { readRecord } from '@helios/core/evidence';
import { readSource } from '@helios/core/input';
import { z } from 'zod';
import { leaveProof, registerDigests, type RunnerFlags, type Situation } from '../runner.ts';

const instant = z.iso.datetime({ offset: false });

const noticeSchema = z.strictObject({
  schema: z.literal('helios/exception-notice/v1'),
  /** What makes it the same notice: it is sent once. */
  key: z.string(),
  exception: z.string(),
  owner: z.string(),
  message: z.string(),
  due: instant,
  at: instant,
  late: z.boolean(),
  /** Connector; null where the record alone tells. */
  to: z.string().nullable(),
});
export type SentNotice = z.infer<typeof noticeSchema>;

const TYPE = 'exception-notice';
const NAME = 'notice';

/** What was sent before: the records are the memory, so that a run that was killed says at most its last word twice. */
export function openOutbox(flags: RunnerFlags, situation: Situation, io: Io): SentNotice[] {
  const { project, now } = situation;
  const { evidenceDir } = flags;
  const folder =
    evidenceDir === undefined ? join(project.root, project.config.evidence.directory) : resolve(io.cwd, evidenceDir);
  if (!existsSync(join(folder, 'exceptions'))) return [];
  const root = realpathSync.native(folder);
  const sent = readdirSync(join(root, 'exceptions'))
    .filter((name) => name.startsWith(`${NAME}-`) && name.endsWith('.intoto.json'))
    .sort()
    .flatMap(
      (name) => readRecord(readSource(root, `exceptions/${name}`), `urn:helios:record:${TYPE}/v1`, noticeSchema) ?? [],
    );
  const last = sent.find(({ at }) => Date.parse(at) > now.getTime());
  if (last) {
    fail('usage', `the clock stands before the notice of ${last.at}`, { hint: 'Set the clock of this machine.' });
  }
  return sent;
}

/** Remembers that a notice was sent. */
export async function remember(
  notice: Omit<SentNotice, 'schema'>,
  flags: RunnerFlags,
  situation: Situation,
  io: Io,
): Promise<void> {
  const predicate = { schema: 'helios/exception-notice/v1', ...notice };
  await leaveProof({ name: NAME, kind: TYPE, subject: registerDigests(situation), predicate }, flags, situation, io);
}
