// SPDX-License-Identifier: Apache-2.0
import { createHmac, randomBytes } from 'node:crypto';
import type { Session } from './oauth.ts';
import type { DrillEvent, DrillTimeline } from './timeline.ts';

/** Clocks of a drill, so that a test need not wait. */
export interface DrillClock {
  /** Wall clock, for the record only. */
  now(): Date;
  /** Milliseconds since some moment; never goes back. */
  elapsed(): number;
  wait(ms: number): Promise<void>;
}

type Seen = Pick<DrillTimeline, 'began' | 'tokens' | 'events' | 'skew'>;

/** What a drill writes down as it goes. */
export interface Trail {
  /** Milliseconds since the drill began. */
  now(): number;
  note(step: DrillEvent['step'], target: string, outcome: DrillEvent['outcome'], status?: number): void;
  given(token: 'access' | 'refresh', session: Session): void;
  /** What the clock of the other side says, in milliseconds since 1970. */
  told(date: number | undefined): void;
  seen(): Seen;
}

export function openTrail(clock: DrillClock): Trail {
  const [began, start] = [clock.now(), clock.elapsed()];
  const events: DrillEvent[] = [];
  const tokens: Seen['tokens'][number][] = [];
  // Forgotten with this process: digests tell the tokens of one drill apart, and nobody can try guesses on them.
  const salt = randomBytes(32);
  let skew: number | undefined;
  const now = (): number => Math.round(clock.elapsed() - start);
  return {
    now,
    note: (step, target, outcome, status) =>
      void events.push({ at: now(), step, target, outcome, ...(status !== undefined && { status }) }),
    given(token, session) {
      const { access, refresh, accessLifetime, refreshLifetime } = session;
      const [text, lifetime] = token === 'access' ? [access, accessLifetime] : [refresh, refreshLifetime];
      const digest = createHmac('sha256', salt).update(text).digest('hex');
      const lived = lifetime === undefined ? {} : { lifetimeMs: Math.round(lifetime * 1000) };
      if (!tokens.some((each) => each.digest === digest)) tokens.push({ token, digest, at: now(), ...lived });
    },
    told: (date) => void (skew ??= date === undefined ? undefined : Math.round((date - clock.now().getTime()) / 1000)),
    seen: () => ({ began: began.toISOString(), tokens, events, ...(skew !== undefined && { skew }) }),
  };
}
