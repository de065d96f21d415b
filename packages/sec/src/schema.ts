// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { fullConfigSchema } from '@helios/core/config';
import { loadGates } from './gates.ts';

/** The JSON Schema of helios.yaml, for editors. */
export async function configJsonSchema(): Promise<string> {
  return jsonSchemaOf(fullConfigSchema(await loadGates()));
}

/** The JSON Schema of what people write: defaults may be left away. Ends with a newline. */
export function jsonSchemaOf(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' }), null, 2)}\n`;
}
