// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { z } from 'zod';
import type { DrillStage } from './drill.ts';
import { ask } from './exchange.ts';
import { revokeAll } from './logout.ts';
import type { Session } from './oauth.ts';
import type { Trail } from './trail.ts';

/** A session of the drill, as it is now. */
export interface Held {
  session: Session;
  /** What its looks are called by: nothing for the first, ` of session 2` … for others. */
  readonly suffix: string;
  /** Access tokens that were given out besides: nobody asked for them, and none must stay. */
  readonly extra: string[];
}

/** Opens a session and sees whose it is. What is opened is in `held` at once, so that it is closed whatever happens. */
export async function openSession(stage: DrillStage, trail: Trail, held: Held[], secret: string): Promise<void> {
  const { session, reply } = await stage.provider.login(secret);
  trail.note('login', 'token', session ? 'done' : 'unknown', reply.status);
  trail.told(reply.date);
  if (session) {
    held.push({ session, suffix: held.length === 0 ? '' : ` of session ${held.length + 1}`, extra: [] });
    return identify(stage, session);
  }
  const said = reply.why ?? `the token endpoint answers ${reply.status}`;
  fail('io', `no session could be opened: ${said}`, {
    hint: 'Check the client, the credentials of the account, and the grant types that the client may use.',
  });
}

/** Whoever is logged out by mistake loses work: the session says itself whose it is, before anything is done to it. */
async function identify({ send, settings: { principal } }: DrillStage, session: Session): Promise<void> {
  const { url, field } = principal.whoami;
  const { status, body } = await ask(send, { method: 'GET', url, headers: bearer(session) });
  const who = z.looseObject({ [field]: z.string() }).safeParse(body).data?.[field];
  if (status === 200 && who === principal.id) return;
  const wrong = who === undefined ? 'nobody says whose session this is' : 'the session is not that of principal.id';
  fail('config', `${wrong}, so nobody was logged out`, {
    hint: 'Correct principal, or the credentials: only the account for drills may be logged out.',
  });
}

export function bearer({ access }: Session): Record<string, string> {
  return { authorization: `Bearer ${access}` };
}

/**
 * Revokes what is left of the sessions; whether all is clean. Without an endpoint for that the account is logged out once
 * more, but not where a session may be somebody else's (`owned`).
 */
export async function closeSessions(
  { settings, provider, logout }: DrillStage,
  held: readonly Held[],
  owned: boolean,
): Promise<boolean> {
  const { revocation } = settings.oauth;
  let clean = true;
  for (const { session, extra } of held) {
    const closed =
      revocation === undefined
        ? owned && (await logout.end([session]))
        : await revokeAll(provider, revocation, session.refresh, [session.access, ...extra]);
    clean &&= closed;
  }
  return clean;
}
