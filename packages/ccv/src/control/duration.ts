// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const DURATION = /^P(?=\d|T\d)(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$/;

/** An ISO 8601 duration of days, hours, minutes and seconds, longer than nothing. */
export const durationSchema = z
  .string()
  .refine((text) => DURATION.test(text) && millisecondsOf(text) > 0, 'must be a duration such as PT30S, PT5M or P1D');

/** Milliseconds of a duration that durationSchema has taken. */
export function millisecondsOf(duration: string): number {
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = DURATION.exec(duration) ?? [];
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
