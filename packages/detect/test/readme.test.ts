// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '@helios/core/input';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { profileSchema } from '../src/behaviour/profile.ts';
import { compileSettingsSchema } from '../src/compile/settings.ts';
import { optionsSchema } from '../src/options.ts';
import { testFileSchema } from '../src/testing/case.ts';

const README = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

/** What each YAML example of the README has to be, by a text that only it has. */
const EXAMPLES: readonly (readonly [mark: string, schema: z.ZodType])[] = [
  ['helios/detection-test/v1', testFileSchema],
  ['helios/behaviour/v1', profileSchema],
  ['helios/compile-settings/v1', compileSettingsSchema],
  ['gates:', z.object({ gates: z.object({ detect: optionsSchema }) })],
];

it('every YAML example of the README can be used as it stands', () => {
  const blocks = [...README.matchAll(/^```yaml\n([^`]*)^```$/gm)].map(([, text = '']) => text);
  expect(blocks).toHaveLength(EXAMPLES.length);
  for (const [mark, schema] of EXAMPLES) {
    const block = blocks.find((text) => text.includes(mark));
    const [document] = parseYaml('README.md', block ?? '');
    expect(schema.safeParse(document).error, mark).toBeUndefined();
  }
});
