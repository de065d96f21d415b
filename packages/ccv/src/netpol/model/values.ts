// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { parseCidr } from '../connect/address.ts';
import { labelsSchema } from './selector.ts';

/** Values that several kinds of objects have. */

export const protocol = z.enum(['TCP', 'UDP', 'SCTP']);
export const portNumber = z.int().min(1, 'is no port').max(65_535, 'is no port');
/** IANA service name (RFC 6335 §5.1): up to 15 characters, a letter among them. */
export const portName = z.string().regex(/^(?=[0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/, 'is no port name');
export const cidrSchema = z
  .string()
  .refine((text) => parseCidr(text) !== undefined, { error: 'is no network such as 10.0.0.0/8 or fd00::/8' });

/** Objects of a template may leave their name to whoever makes them. */
export const metadataSchema = z.looseObject({
  name: z.string().min(1),
  namespace: z.string().min(1).optional(),
  labels: labelsSchema.default({}),
});
