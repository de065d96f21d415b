// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const instant = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const milliseconds = z.int().nonnegative();

export const DRILL_TYPE = 'urn:helios:record:identity-drill/v1';

/**
 * - login: a session was opened for the drill
 * - probe: something that relies on a token was asked
 * - logout: the provider was told to end the sessions; `acknowledged` is its answer
 * - cleanup: what was left of the session was revoked
 */
const stepSchema = z.enum(['login', 'probe', 'logout', 'acknowledged', 'cleanup']);

const eventSchema = z.strictObject({
  /** Since the drill began, by a clock that only goes forward: those of others may say what they will. */
  at: milliseconds,
  step: stepSchema,
  /** Name of the probe, or the kind of the logout. */
  target: z.string(),
  /** `unknown` is what says neither: no answer, a failure, an answer that is none. */
  outcome: z.enum(['alive', 'dead', 'done', 'unknown']),
  /** HTTP status; absent where there was no answer. */
  status: z.int().optional(),
});
export type DrillEvent = Readonly<z.infer<typeof eventSchema>>;

const cellSchema = z.strictObject({
  target: z.string(),
  token: z.enum(['access', 'refresh']),
  /** From the logout to the first of the last answers in a row that found it dead: it died before that. */
  deadAfter: milliseconds.nullable(),
  /** From the logout to the last answer that found it alive. */
  aliveAfter: milliseconds.nullable(),
  /** A token that has run out by itself proves no logout, and counts with its whole life. */
  by: z.enum(['logout', 'expiry']).nullable(),
  /** One line; absent where all is well. */
  problem: z.string().optional(),
});
export type DrillCell = Readonly<z.infer<typeof cellSchema>>;

const verdictSchema = z.strictObject({
  /** `inconclusive`: a token did not even work before, so nothing was proven. */
  outcome: z.enum(['pass', 'breach', 'inconclusive']),
  /** From asking for the logout to its acknowledgement. */
  acknowledgedAfter: milliseconds.nullable(),
  cells: z.array(cellSchema),
  problems: z.array(z.string()),
});
export type DrillVerdict = Readonly<z.infer<typeof verdictSchema>>;

/** What a drill saw. Of tokens it holds nothing but digests under a key that nobody keeps. */
const timelineSchema = z.strictObject({
  began: instant,
  drill: z.string(),
  principal: z.string(),
  /** sha256 of the JCS form of the settings. */
  settings: sha256,
  limits: z.strictObject({ withinMs: milliseconds, confirmations: z.int().positive() }),
  /** What was looked at, and by which token. */
  targets: z.array(z.strictObject({ target: z.string(), token: z.enum(['access', 'refresh']) })),
  tokens: z.array(
    z.strictObject({
      token: z.enum(['access', 'refresh']),
      digest: sha256,
      /** When it was given out, as `at` of events. */
      at: milliseconds,
      /** As the provider says; absent where it does not. */
      lifetimeMs: milliseconds.optional(),
    }),
  ),
  /** How far the provider's clock is ahead of ours, in seconds. Nothing is judged by it. */
  skew: z.int().optional(),
  events: z.array(eventSchema),
});
export type DrillTimeline = Readonly<z.infer<typeof timelineSchema>>;

export const drillRecordSchema = z.strictObject({
  schema: z.literal('helios/identity-drill/v1'),
  timeline: timelineSchema,
  verdict: verdictSchema,
});
export type DrillRecord = Readonly<z.infer<typeof drillRecordSchema>>;
