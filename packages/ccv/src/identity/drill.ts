// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import type { Send } from '@helios/core/net';
import { z } from 'zod';
import { ask } from './exchange.ts';
import type { Journal } from './journal.ts';
import { type Logout, revokeAll } from './logout.ts';
import type { Answer, Provider, Session } from './oauth.ts';
import type { DrillSettings } from './settings.ts';
import type { DrillTimeline } from './timeline.ts';
import { type DrillClock, openTrail, type Trail } from './trail.ts';
import { judgeTimeline } from './verdict.ts';

/** What a drill is carried out with. */
export interface DrillStage {
  readonly settings: DrillSettings;
  readonly send: Send;
  readonly provider: Provider;
  readonly logout: Logout;
  /** What the session is opened with: a refresh token or a password. */
  readonly secret: string;
  readonly clock: DrillClock;
  readonly journal: Journal;
  /** Hears how it goes, one line at a time. */
  readonly tell?: (line: string) => void;
}

/** The session of the drill, as it is now. */
interface Held {
  session: Session;
  /** Whether it was seen to be that of the account for drills. */
  owned: boolean;
  /** Access tokens that were given out since: nobody asked for them, and none must stay. */
  readonly extra: string[];
}

/**
 * Opens a session, sees that its tokens work, has the principal logged out, and looks until every place has found them dead
 * or the time is over. What is left of the session is revoked whatever happens. Throws HeliosError where it must not go on.
 */
export async function runDrill(stage: DrillStage): Promise<DrillTimeline> {
  const { settings, clock, journal } = stage;
  const trail = openTrail(clock);
  await journal.open(settings, clock.now());
  const held = await login(stage, trail);
  try {
    await identify(stage, held);
    await lookAtRefresh(stage, trail, held);
    trail.given('access', held.session);
    await lookAtAccess(stage, trail, held);
    if (trail.seen().events.every(({ outcome }) => outcome === 'alive' || outcome === 'done'))
      await contain(stage, trail, held);
  } finally {
    await cleanUp(stage, trail, held);
  }
  return timelineOf(settings, trail);
}

async function login({ provider, secret, journal }: DrillStage, trail: Trail): Promise<Held> {
  const { session, reply } = await provider.login(secret).catch(async (cause: unknown) => {
    // Not even asked: there is nothing to be ended.
    await journal.close();
    throw cause;
  });
  trail.note('login', 'token', session ? 'done' : 'unknown', reply.status);
  trail.told(reply.date);
  if (session) return { session, owned: false, extra: [] };
  // Nothing was opened, as far as anybody can tell who got an answer.
  if (reply.status !== undefined) await journal.close();
  const said = reply.status === undefined ? 'does not answer' : `answers ${reply.status}`;
  return fail('io', `no session could be opened: the token endpoint ${said}`, {
    hint: 'Check the client, the credentials of the account, and the grant types that the client may use.',
  });
}

/** Whoever is logged out by mistake loses work: the session says itself whose it is, before anything is done to it. */
async function identify({ send, settings: { principal } }: DrillStage, held: Held): Promise<void> {
  const { url, field } = principal.whoami;
  const { status, body } = await ask(send, { method: 'GET', url, headers: bearer(held.session) });
  const who = z.looseObject({ [field]: z.string() }).safeParse(body).data?.[field];
  held.owned = status === 200 && who === principal.id;
  if (held.owned) return;
  const wrong = who === undefined ? 'nobody says whose session this is' : 'the session is not that of principal.id';
  fail('config', `${wrong}, so nobody was logged out`, {
    hint: 'Correct principal, or the credentials: only the account for drills may be logged out.',
  });
}

/** Each refresh gives new tokens; the access token that the drill is about stays that of the first. */
async function lookAtRefresh({ provider }: DrillStage, trail: Trail, held: Held): Promise<void> {
  const first = !trail.seen().events.some(({ step }) => step === 'probe');
  const { outcome, reply, session } = await provider.refresh(held.session.refresh);
  trail.note('probe', 'refresh', outcome, reply.status);
  if (!session) return;
  // The one before may have been revoked by this, or not: it is none of those that are looked at.
  held.extra.push(first ? held.session.access : session.access);
  held.session = first ? session : { ...session, access: held.session.access };
  trail.given('refresh', held.session);
}

async function lookAtAccess({ send, provider, settings }: DrillStage, trail: Trail, { session }: Held): Promise<void> {
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
      trail.note('probe', target, outcome, reply.status);
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

function bearer({ access }: Session): Record<string, string> {
  return { authorization: `Bearer ${access}` };
}

/** Looks go on a little after the time is over: what was first found dead within it must still be confirmed. */
async function contain(stage: DrillStage, trail: Trail, held: Held): Promise<void> {
  const { settings, logout, clock, tell } = stage;
  trail.note('logout', settings.logout.kind, 'done');
  const asked = trail.now();
  const done = await logout.end(held.session);
  trail.note('acknowledged', settings.logout.kind, done ? 'done' : 'unknown');
  const until = asked + (settings.within + settings.interval * settings.confirmations) * 1000;
  for (;;) {
    await lookAtAccess(stage, trail, held);
    await lookAtRefresh(stage, trail, held);
    const { cells } = judgeTimeline(timelineOf(settings, trail));
    const dead = cells.filter(({ deadAfter }) => deadAfter !== null).length;
    tell?.(`${Math.round((trail.now() - asked) / 1000)} s after the logout: dead in ${dead} of ${cells.length} places`);
    if (dead === cells.length || trail.now() >= until) return;
    await clock.wait(settings.interval * 1000);
  }
}

async function cleanUp(stage: DrillStage, trail: Trail, { session, owned, extra }: Held): Promise<void> {
  const { settings, provider, logout, journal } = stage;
  const { revocation } = settings.oauth;
  const revoke = (): Promise<boolean> => revokeAll(provider, revocation, session.refresh, [session.access, ...extra]);
  // Where the session was somebody else's, nothing but its own tokens may be touched.
  const clean = revocation === undefined ? owned && (await logout.end(session)) : await revoke();
  trail.note('cleanup', revocation === undefined ? settings.logout.kind : 'revocation', clean ? 'done' : 'unknown');
  if (clean) await journal.close();
}

function timelineOf(settings: DrillSettings, trail: Trail): DrillTimeline {
  const { name, principal, within, confirmations, probes, oauth } = settings;
  const targets: DrillTimeline['targets'] = [
    ...probes.map((each) => ({ target: each.name, token: 'access' as const })),
    ...(oauth.introspection === undefined ? [] : [{ target: 'introspection', token: 'access' as const }]),
    { target: 'refresh', token: 'refresh' },
  ];
  const limits = { withinMs: within * 1000, confirmations };
  return { drill: name, principal: principal.id, settings: settingsDigest(settings), limits, targets, ...trail.seen() };
}

/** sha256 of the JCS form: comments and defaults written out change nothing. */
export function settingsDigest(settings: DrillSettings): string {
  return sha256Hex(canonicalJson(settings));
}
