// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const stepSchema = z.strictObject({
  after: z.number().min(0).describe('Hours since the event'),
  to: z.string().min(1).describe('Connector of helios.yaml'),
});
const steps = z.array(stepSchema).min(1);
const days = z.number().positive();
const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00');

/** Who is called about which exceptions, how soon, and when not. */
export const routingSchema = z.strictObject({
  schema: z.literal('helios/exception-routing/v1'),
  owners: z.string().min(1).optional().describe('CODEOWNERS file: who owns the file of an exception is called as well'),
  sla: z
    .strictObject({
      critical: days.default(7),
      high: days.default(30),
      medium: days.default(90),
      low: days.default(180),
    })
    .prefault({})
    .describe('Days since the request within which the cause should be gone, whatever was accepted'),
  quiet: z
    .strictObject({ from: hour, to: hour, zone: z.string().refine(isZone, 'is no time zone').default('UTC') })
    .optional()
    .describe('Hours in which nobody is called, unless it is critical'),
  routes: z.array(z.strictObject({ owner: z.string().min(1), steps })).default([]),
  otherwise: steps.describe('For owners without a route'),
});
export type Routing = z.infer<typeof routingSchema>;
export type Step = z.infer<typeof stepSchema>;

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone }).format(0);
    return true;
  } catch {
    return false;
  }
}

/** The steps of the first owner that has a route. */
export function stepsFor(owners: readonly string[], { routes, otherwise }: Routing): readonly Step[] {
  return routes.find(({ owner }) => owners.includes(owner))?.steps ?? otherwise;
}

/** Whether people are to be left alone. Hours that begin late and end early go over midnight. */
export function isQuiet(at: Date, quiet: Routing['quiet']): boolean {
  if (!quiet) return false;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: quiet.zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const now = format.format(at);
  const { from, to } = quiet;
  return from <= to ? from <= now && now < to : now >= from || now < to;
}
