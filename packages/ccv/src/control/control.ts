// SPDX-License-Identifier: Apache-2.0
import { momentSchema } from '@helios/core/finding';
import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { pointerSchema } from './json.ts';
import { observationSchema, probeSchema, text } from './observation.ts';
import { mentions } from './placeholders.ts';
import { stepSchema } from './step.ts';

export const slug = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be words of a-z and 0-9, with - between');
export const tier = z.int().min(1).max(3);

const cohortSchema = z
  .strictObject({
    targets: z.array(text).min(1).optional().describe('All that could be touched'),
    discover: observationSchema.optional().describe('What finds them: its value is a list of texts, at `at`'),
    at: pointerSchema.default(''),
    share: z.number().positive().max(100).describe('Percent that are taken as canaries, at random; at least one'),
  })
  .refine(({ targets, discover }) => (targets === undefined) !== (discover === undefined), {
    message: 'needs either targets or discover',
    path: ['targets'],
  });

const limitsSchema = z.strictObject({
  blastRadius: z.int().min(1).default(1).describe('More targets than this are never touched'),
  rate: z
    .strictObject({ runs: z.int().min(1), per: durationSchema })
    .default({ runs: 4, per: 'PT1H' })
    .describe('How often it may run'),
  timeout: durationSchema.default('PT5M').describe('For action and verification together'),
});

/** One experiment in place, helios/control/v1: what is done to a service, and what must then be seen. */
export const controlSchema = z
  .strictObject({
    schema: z.literal('helios/control/v1'),
    id: slug,
    title: text.max(200),
    service: slug,
    tier,
    owner: text,
    expires: momentSchema.describe('After it the control is not run any more until somebody has looked at it'),
    schedule: z
      .strictObject({
        cron: text.describe('Five fields: minute, hour, day of the month, month, day of the week'),
        timezone: text.default('UTC').describe('Of the IANA database'),
        jitter: durationSchema.optional().describe('At most so long is waited before a start, by chance'),
      })
      .optional(),
    cohort: cohortSchema.optional(),
    limits: limitsSchema.prefault({}),
    health: z
      .strictObject({ every: durationSchema.default('PT5S'), probes: z.array(probeSchema).min(1) })
      .optional()
      .describe('Asked before the action and during it: what does not hold ends the run'),
    state: z.array(observationSchema).default([]).describe('What must be the same again after the rollback'),
    steady: z.array(probeSchema).min(1).describe('What holds before, and must hold after the rollback'),
    action: z.array(stepSchema).default([]),
    verify: z.array(probeSchema).min(1).describe('What shows that the control works'),
    rollback: z.array(stepSchema).optional().describe('Idempotent; [] only where the workspace is all that changes'),
    ignore: z
      .array(pointerSchema)
      .default([])
      .describe('Parts of the state that may differ: /<name of the observation>/…, with * for any one step'),
  })
  .superRefine((control, issues) => {
    const names = control.state.map(({ name }) => name);
    const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
    if (twice >= 0) issues.addIssue({ code: 'custom', path: ['state', twice, 'name'], message: 'is there twice' });
    if (control.cohort === undefined && mentions(control, 'target'))
      issues.addIssue({ code: 'custom', path: ['cohort'], message: 'is needed: it says what ${target} is' });
    if (control.action.length === 0) return;
    // An action whose undoing nobody could prove is not begun (ccv-posture notes, rules 1 and 3).
    for (const key of ['rollback', 'health'] as const)
      if (control[key] === undefined)
        issues.addIssue({ code: 'custom', path: [key], message: 'is needed by an action' });
    if (control.state.length === 0)
      issues.addIssue({
        code: 'custom',
        path: ['state'],
        message: 'is needed by an action: name what must be as before',
      });
  });
export type Control = Readonly<z.infer<typeof controlSchema>>;
