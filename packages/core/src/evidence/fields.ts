// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** What several evidence documents say in the same way. */

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'is no sha256 in hex');

export const commitSchema = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'is no git commit');

/** Becomes part of a file name. */
export const gateIdSchema = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is no gate id');

/** An absolute path would tell of the machine, and differ on the next one. */
export const pathSchema = z
  .string()
  .min(1)
  .refine(
    (path) => !/^(\/|\\|[A-Za-z]:[\\/])/.test(path) && !path.split('/').includes('..'),
    'is no path within the repository',
  );

export const agentSchema = z.strictObject({ name: z.string().min(1), version: z.string().min(1) });

/** RFC 3339 in UTC, as in-toto's Timestamp asks. */
export const instantSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/, 'is no RFC 3339 instant in UTC')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is no instant of the calendar');
