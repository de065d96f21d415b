// SPDX-License-Identifier: Apache-2.0
import { controlRunSchema } from '@helios/core/record';
import { z } from 'zod';
import { controlSchema } from '../control/control.ts';
import { stepSchema } from '../control/step.ts';

const run = z.string();
const at = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** All that another process must know to undo a run: placeholders are filled, secrets are not. */
const intentSchema = z.strictObject({
  event: z.literal('intent'),
  run,
  at,
  control: controlSchema,
  path: z.string(),
  sha256,
  workspace: z.string(),
  targets: z.array(z.string()),
  /** sha256 of each observation of the state, without what is ignored. */
  before: z.record(z.string(), sha256),
  undo: z.array(stepSchema),
});
export type Intent = Readonly<z.infer<typeof intentSchema>>;

/** What happened, in the order in which it did. */
export const eventSchema = z.discriminatedUnion('event', [
  intentSchema,
  z.strictObject({
    event: z.literal('step'),
    run,
    at,
    phase: z.enum(['action', 'rollback']),
    name: z.string(),
    status: z.enum(['begun', 'done', 'failed']),
  }),
  /** A program of the action was started: it may outlive its runner. */
  z.strictObject({ event: z.literal('spawned'), run, at, pid: z.int().positive(), start: z.string() }),
  /** The run is over; it stays unsettled where its rollback was not seen to have worked. */
  z.strictObject({ event: z.literal('closed'), run, at, settled: z.boolean(), sha256, record: controlRunSchema }),
  /** The record of the close before lies with the evidence. */
  z.strictObject({ event: z.literal('left'), run, at }),
  /** Somebody has undone by hand what could not be undone. */
  z.strictObject({ event: z.literal('dismissed'), run, at, reason: z.string() }),
  /** The scheduler has seen to this time of this control. */
  z.strictObject({ event: z.literal('fired'), control: z.string(), at, due: at }),
]);
export type JournalEvent = Readonly<z.infer<typeof eventSchema>>;
export type StepEvent = Extract<JournalEvent, { event: 'step' }>;
export type SpawnedEvent = Extract<JournalEvent, { event: 'spawned' }>;
