// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('judges thousands of documents of 8 kB a second, and 10,000 more take no more memory', () => {
  const out = execFileSync(process.execPath, ['--expose-gc', join(import.meta.dirname, 'endurance.ts')], {
    encoding: 'utf8',
  });
  const { bytes, milliseconds, before, after } = JSON.parse(out) as Record<string, number>;
  expect(bytes).toBeGreaterThan(7_500);
  // Measured 0.6 s for 1,000 on two cores; the bound is for machines that do other things, too.
  expect(milliseconds).toBeLessThan(10_000);
  expect((after ?? Number.NaN) / (before ?? Number.NaN)).toBeLessThan(1.1);
});
