// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { parseConfigFile } from '@helios/core/config';
import { readSource } from '@helios/core/input';
import { expect, it } from 'vitest';
import { watchSchema } from '../../src/egress/settings.ts';
import { drillSchema } from '../../src/identity/settings.ts';

const ROOT = join(import.meta.dirname, '../../../..');

it('the settings under controls/ are ones', async () => {
  const watch = await parseConfigFile(readSource(ROOT, 'controls/egress/watch.yaml'), watchSchema);
  expect(Object.keys(watch.sources)).toEqual(['dns', 'proxy', 's3']);
  const drill = await parseConfigFile(readSource(ROOT, 'controls/identity/drill.yaml'), drillSchema);
  expect([drill.within, drill.principal.test]).toEqual([600, true]);
});
