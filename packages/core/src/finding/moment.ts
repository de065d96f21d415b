// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** A UTC day (`2026-12-01`, meaning its last moment) or an RFC 3339 instant in UTC. */
export const momentSchema = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z)?$/,
    'must be a day such as 2026-12-01, or an instant in UTC',
  )
  .refine(isOnCalendar, 'is not a day of the calendar')
  .describe('A UTC day, valid to its end, or an RFC 3339 instant in UTC');

/** The last moment that a written moment stands for: a bare day lasts to its end, UTC. */
export function endOf(moment: string): Date {
  return new Date(moment.length === 10 ? `${moment}T23:59:59.999Z` : moment);
}

/** The first moment that a written moment stands for. */
export function beginOf(moment: string): Date {
  return new Date(moment.length === 10 ? `${moment}T00:00:00.000Z` : moment);
}

/** Date itself takes the 31st of February for the 3rd of March. */
function isOnCalendar(moment: string): boolean {
  const date = endOf(moment);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(moment.slice(0, 10));
}
