// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { fullConfigSchema } from '@helios/core/config';
import { loadGates } from './gates.ts';

/** The JSON Schema of helios.yaml, for editors: what people write, so defaults may be left away. */
export async function configJsonSchema(): Promise<string> {
  const schema = z.toJSONSchema(fullConfigSchema(await loadGates()), { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
