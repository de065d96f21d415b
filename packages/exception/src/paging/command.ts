// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import type { Io } from '@helios/core/cli';
import { carryOut, namedConnector } from '@helios/core/cli/actions';
import { parseConfigFile, withinRoot } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { readSource } from '@helios/core/input';
import type { Effect } from '@helios/core/net';
import type { Alert } from '@helios/core/record';
import { openOutbox, remember, type SentNotice } from '../notice/outbox.ts';
import { type RunnerFlags, say, type Situation, withoutSecrets } from '../runner.ts';
import { type GoOn, takeTurn } from '../turn.ts';
import { codeowners } from './codeowners.ts';
import { duePages, findOverdue, type Overdue, type Page } from './pages.ts';
import { routingSchema } from './routing.ts';

export interface PageFlags extends RunnerFlags {
  readonly routing: string;
}

/** `sec-exception page`: calls who is to be called about what is overdue, once a step, and calls off what is settled. */
export async function page(flags: PageFlags, io: Io): Promise<ExitCode> {
  return takeTurn(flags, io, (situation, goOn) => callAll(situation, goOn, flags, io));
}

async function callAll(situation: Situation, goOn: GoOn, flags: PageFlags, io: Io): Promise<ExitCode> {
  const { project, surveyed, now } = situation;
  const routing = await parseConfigFile(
    readSource(project.root, withinRoot(project, io.cwd, flags.routing)),
    routingSchema,
  );
  const ownersOf = routing.owners === undefined ? () => [] : codeowners(readSource(project.root, routing.owners).text);
  const outbox = openOutbox(flags, situation, io);
  const overdue = findOverdue(surveyed, routing, now);
  const pages = duePages(overdue, routing, ownersOf, new Set(outbox.map(({ key }) => key)), now);
  const settled = settledCalls(outbox, overdue);
  const planned = [
    ...(await Promise.all(pages.map((one) => planPage(one, flags, situation, io)))).flat(),
    ...(await Promise.all(settled.map((one) => planResolve(one, flags, situation, io)))).flat(),
  ];
  const effects = planned.map((effect): Effect => {
    const apply = async (): Promise<string> => {
      goOn();
      return effect.apply();
    };
    return { ...effect, apply };
  });
  if (effects.length === 0) {
    say(io, 'nobody to call');
    return EXIT.pass;
  }
  return carryOut(effects, { to: 'they', apply: flags.apply ?? false }, io);
}

const STEP = / step \d+$/;
const RESOLVED = ' resolved';

/** Calls about what is no longer overdue, and that nobody has called off. */
function settledCalls(outbox: readonly SentNotice[], overdue: readonly Overdue[]): SentNotice[] {
  const open = new Set(overdue.map(({ key }) => key));
  const off = new Set(outbox.flatMap(({ key }) => (key.endsWith(RESOLVED) ? [key.slice(0, -RESOLVED.length)] : [])));
  return outbox.filter(({ key }) => STEP.test(key) && !off.has(key) && !open.has(key.replace(STEP, '')));
}

async function planPage(
  { key, overdue, step, to, due }: Page,
  flags: PageFlags,
  situation: Situation,
  io: Io,
): Promise<Effect[]> {
  const { exception, path } = overdue.entry;
  const { id, owner, ticket, severity } = exception;
  const alert: Alert = {
    ...alertFor(overdue.key, situation),
    action: 'trigger',
    // A later step is another call, also where it goes to the same place.
    severity: severity === 'critical' || step > 1 ? 'critical' : step === 1 ? 'error' : 'warning',
    summary: overdue.message,
    details: {
      owner,
      severity,
      register: path,
      since: overdue.since.toISOString(),
      ...(ticket !== undefined && { ticket }),
    },
  };
  const notice = { key, exception: id, owner, message: overdue.message, due, to, late: false };
  return remembered(await alertEffects(alert, to, situation, io), notice, flags, situation, io);
}

async function planResolve(call: SentNotice, flags: PageFlags, situation: Situation, io: Io): Promise<Effect[]> {
  const { key, exception, owner, to } = call;
  if (to === null) return [];
  const message = `${exception} is settled`;
  const alert: Alert = {
    ...alertFor(key.replace(STEP, ''), situation),
    action: 'resolve',
    severity: 'info',
    summary: message,
    details: { owner },
  };
  const notice = { key: `${key}${RESOLVED}`, exception, owner, message, due: situation.now, to, late: false };
  return remembered(await alertEffects(alert, to, situation, io), notice, flags, situation, io);
}

function alertFor(key: string, { project }: Situation): Pick<Alert, 'schema' | 'key' | 'source'> {
  return { schema: 'helios/alert/v1', key: `helios/exception ${key}`, source: basename(project.root) };
}

async function alertEffects(alert: Alert, to: string, { project }: Situation, io: Io): Promise<Effect[]> {
  const connector = namedConnector(project, to, io);
  if (!connector.planAlert)
    fail('usage', `${to} takes no alerts`, { hint: 'Name a connector of another kind in the routing.' });
  const effects = await connector.planAlert(withoutSecrets(alert));
  // It was told already, by a run that was killed before it wrote so down: then only that is left to do.
  const nothing: Effect = {
    action: 'send',
    what: 'alert',
    key: alert.key,
    title: alert.summary,
    apply: async () => 'told already',
  };
  return effects.length === 0 ? [nothing] : effects;
}

/** Written down after it was sent: killed between the two, a run says its last word twice, to a connector that knows it. */
function remembered(
  effects: readonly Effect[],
  notice: Omit<SentNotice, 'schema' | 'at' | 'due'> & { readonly due: Date },
  flags: PageFlags,
  situation: Situation,
  io: Io,
): Effect[] {
  return effects.map((effect) => ({
    ...effect,
    what: `${effect.what} to ${notice.to}`,
    async apply() {
      const where = await effect.apply();
      await remember(
        { ...notice, due: notice.due.toISOString(), at: situation.now.toISOString() },
        flags,
        situation,
        io,
      );
      return where;
    },
  }));
}
