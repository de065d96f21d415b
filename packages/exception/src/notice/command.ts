// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import type { Io } from '@helios/core/cli';
import { namedConnector } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import type { Alert } from '@helios/core/record';
import { type RunnerFlags, say, type Situation, withoutSecrets } from '../runner.ts';
import { type GoOn, takeTurn } from '../turn.ts';
import { dueNotices, type Notice } from './notices.ts';
import { openOutbox, remember } from './outbox.ts';

export interface WarnFlags extends RunnerFlags {
  readonly to?: string;
  readonly every: string;
}

/** `sec-exception warn`: says once what expires soon, and what has expired; to a connector, or by its record alone. */
export async function warn(flags: WarnFlags, io: Io): Promise<ExitCode> {
  const everyHours = Number(flags.every);
  if (!(everyHours > 0)) fail('usage', `--every ${flags.every}: no number of hours`, { hint: 'Write --every 24.' });
  return takeTurn(flags, io, (situation, goOn) => tellAll(situation, goOn, everyHours, flags, io));
}

async function tellAll(
  situation: Situation,
  goOn: GoOn,
  everyHours: number,
  flags: WarnFlags,
  io: Io,
): Promise<ExitCode> {
  const { project, options, surveyed, now } = situation;
  const connector = flags.to === undefined ? undefined : namedConnector(project, flags.to, io);
  if (connector && !connector.planAlert)
    fail('usage', `${flags.to} takes no alerts`, { hint: 'Name a connector of another kind.' });
  const sent = new Set(openOutbox(flags, situation, io).map(({ key }) => key));
  const notices = dueNotices(surveyed, sent, { warnHours: options.warnHours, everyHours }, now);
  for (const notice of notices) {
    goOn();
    const { key, entry, message, due, late } = notice;
    const { id, owner } = entry.exception;
    if (flags.apply) {
      const effects = (await connector?.planAlert?.(alertOf(notice, basename(project.root)))) ?? [];
      for (const effect of effects) await effect.apply();
      const times = { due: due.toISOString(), at: now.toISOString(), late };
      await remember({ key, exception: id, owner, message, ...times, to: flags.to ?? null }, flags, situation, io);
    }
    say(io, `${flags.apply ? 'told' : 'would tell'} ${owner}: ${message}`);
  }
  if (notices.length === 0) say(io, 'nothing to say');
  else if (!flags.apply) say(io, 'nothing was sent; --apply does it');
  return EXIT.pass;
}

function alertOf({ key, entry, stage, message, due }: Notice, source: string): Alert {
  const { owner, ticket, severity } = entry.exception;
  return withoutSecrets({
    schema: 'helios/alert/v1',
    key: `helios/exception ${key}`,
    action: 'trigger',
    severity: stage === 'expired' ? 'error' : 'warning',
    summary: message,
    source,
    details: { owner, severity, due: due.toISOString(), register: entry.path, ...(ticket !== undefined && { ticket }) },
  });
}
