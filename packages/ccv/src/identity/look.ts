// SPDX-License-Identifier: Apache-2.0
import type { Send } from '@helios/core/net';
import type { DrillStage } from './drill.ts';
import { ask } from './exchange.ts';
import type { Answer, Session } from './oauth.ts';
import { bearer, type Held } from './session.ts';
import type { Trail } from './trail.ts';

/** Asks every place that relies on the session's access token. */
export async function lookAtAccess(
  { send, provider, settings }: DrillStage,
  trail: Trail,
  { session, suffix }: Held,
): Promise<void> {
  const { probes, oauth } = settings;
  const looks: { target: string; answer: Promise<Answer> }[] = probes.map(({ name, url }) => ({
    target: name,
    answer: probe(send, url, session),
  }));
  if (oauth.introspection !== undefined)
    looks.push({ target: 'introspection', answer: provider.introspect(oauth.introspection, session.access) });
  await Promise.all(
    looks.map(async ({ target, answer }) => {
      const { outcome, reply } = await answer;
      trail.note('probe', target + suffix, outcome, reply.status);
    }),
  );
}

/** RFC 6750 §3.1: 401 for a token that is expired, revoked or malformed; 403 from those who say it so. */
async function probe(send: Send, url: string, session: Session): Promise<Answer> {
  const reply = await ask(send, { method: 'GET', url, headers: bearer(session) });
  const { status = 0 } = reply;
  const outcome = status >= 200 && status < 300 ? 'alive' : status === 401 || status === 403 ? 'dead' : 'unknown';
  return { outcome, reply };
}

/**
 * Asks for new tokens by the refresh token, as an attacker would. The first time the access token that comes of it becomes
 * the one that the drill is about, as the one before may have been revoked by this; later it stays.
 */
export async function lookAtRefresh(
  { provider }: DrillStage,
  trail: Trail,
  held: Held,
  access: 'renewed' | 'kept',
): Promise<void> {
  const { outcome, reply, session } = await provider.refresh(held.session.refresh);
  trail.note('probe', `refresh${held.suffix}`, outcome, reply.status);
  if (!session) return;
  const before = held.session.access;
  held.extra.push(access === 'renewed' ? before : session.access);
  held.session = access === 'renewed' ? session : { ...session, access: before };
  trail.given('refresh', held.session);
}
