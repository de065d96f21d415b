// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { jsonSchema } from './json.ts';
import { connection, context, execution, headers, kubernetesObject, text } from './observation.ts';

const named = { name: text, timeout: durationSchema.default('PT30S') };

/** One change of the world, in an action or a rollback. */
export const stepSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        ...named,
        kind: z.literal('http'),
        url: text,
        method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']),
        headers,
        body: jsonSchema.optional(),
      })
      .describe('Done with a status from 200 to 299; in a rollback with 404 and 410, too'),
    z.strictObject({
      ...named,
      ...execution,
      accept: z.array(z.int().min(0).max(255)).min(1).default([0]).describe('Exit codes with which it is done'),
    }),
    z.strictObject({ ...named, kind: z.literal('write'), path: text, content: z.string() }),
    z.strictObject({ ...named, kind: z.literal('remove'), path: text }),
    z.strictObject({ ...named, kind: z.literal('copy'), from: text, to: text }),
    z
      .strictObject({ ...named, kind: z.literal('flip'), path: text, at: z.int().nonnegative() })
      .describe('Changes one bit of one byte of the one file that the path, which may be a glob, stands for'),
    z.strictObject({
      ...named,
      kind: z.literal('kubernetes'),
      context,
      verb: z.enum(['apply', 'patch', 'delete']),
      object: kubernetesObject,
      content: jsonSchema.optional().describe('The other fields of what is applied, or a JSON merge patch'),
    }),
    z.strictObject({
      ...named,
      kind: z.literal('sql'),
      connection,
      query: text,
      parameters: z.array(jsonSchema).default([]),
    }),
    z.strictObject({ ...named, kind: z.literal('wait'), for: durationSchema }),
  ])
  .meta({ id: 'step' });
export type Step = Readonly<z.infer<typeof stepSchema>>;
export type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;
