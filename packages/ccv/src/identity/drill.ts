// SPDX-License-Identifier: Apache-2.0
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import type { Send } from '@helios/core/net';
import type { Journal } from './journal.ts';
import type { Logout } from './logout.ts';
import { lookAtAccess, lookAtRefresh } from './look.ts';
import type { Provider } from './oauth.ts';
import { closeSessions, type Held, openSession } from './session.ts';
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
  /** What each session is opened with: a refresh token, or a password. */
  readonly secrets: readonly string[];
  readonly clock: DrillClock;
  readonly journal: Journal;
  /** Hears how it goes, one line at a time. */
  readonly tell?: (line: string) => void;
}

/**
 * Opens sessions, sees that their tokens work, has the account logged out, and looks until every place has found all of
 * them dead or the time is over. What is left of the sessions is revoked whatever happens. Throws HeliosError where it must
 * not go on.
 */
export async function runDrill(stage: DrillStage): Promise<DrillTimeline> {
  const { settings, clock, journal, secrets } = stage;
  const trail = openTrail(clock);
  await journal.open(settings, clock.now());
  const held: Held[] = [];
  let owned = false;
  try {
    for (const secret of secrets) await openSession(stage, trail, held, secret);
    owned = true;
    for (const each of held) {
      await lookAtRefresh(stage, trail, each, 'renewed');
      trail.given('access', each.session);
    }
    for (const each of held) await lookAtAccess(stage, trail, each);
    if (trail.seen().events.every(({ outcome }) => outcome === 'alive' || outcome === 'done'))
      await contain(stage, trail, held);
  } finally {
    const clean = await closeSessions(stage, held, owned);
    if (held.length > 0) trail.note('cleanup', 'session', clean ? 'done' : 'unknown');
    // No answer to a login may have opened a session as well: then somebody has to look.
    if (clean && !trail.seen().events.some(({ step, status }) => step === 'login' && status === undefined))
      await journal.close();
  }
  return timelineOf(settings, trail, held);
}

/** Looks go on a little after the time is over: what was first found dead within it must still be confirmed. */
async function contain(stage: DrillStage, trail: Trail, held: readonly Held[]): Promise<void> {
  const { settings, logout, clock, tell } = stage;
  trail.note('logout', settings.logout.kind, 'done');
  const asked = trail.now();
  const done = await logout.end(held.map(({ session }) => session));
  trail.note('acknowledged', settings.logout.kind, done ? 'done' : 'unknown');
  const until = asked + (settings.within + settings.interval * settings.confirmations) * 1000;
  for (;;) {
    for (const each of held) await lookAtAccess(stage, trail, each);
    for (const each of held) await lookAtRefresh(stage, trail, each, 'kept');
    const { cells } = judgeTimeline(timelineOf(settings, trail, held));
    const dead = cells.filter(({ deadAfter }) => deadAfter !== null).length;
    tell?.(`${Math.round((trail.now() - asked) / 1000)} s after the logout: dead in ${dead} of ${cells.length} places`);
    if (dead === cells.length || trail.now() >= until) return;
    await clock.wait(settings.interval * 1000);
  }
}

function timelineOf(settings: DrillSettings, trail: Trail, held: readonly Held[]): DrillTimeline {
  const { name, principal, within, confirmations, probes, oauth } = settings;
  const introspection = oauth.introspection === undefined ? [] : ['introspection'];
  const access = [...probes.map((each) => each.name), ...introspection];
  const targets = held.flatMap(({ suffix }): DrillTimeline['targets'] => [
    ...access.map((target) => ({ target: target + suffix, token: 'access' as const })),
    { target: `refresh${suffix}`, token: 'refresh' },
  ]);
  const limits = { withinMs: within * 1000, confirmations };
  return { drill: name, principal: principal.id, settings: settingsDigest(settings), limits, targets, ...trail.seen() };
}

/** sha256 of the JCS form: comments and defaults written out change nothing. */
export function settingsDigest(settings: DrillSettings): string {
  return sha256Hex(canonicalJson(settings));
}
