// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { githubSummary, REPORTERS } from '../../src/report/index.ts';
import type { Format } from '../../src/report/index.ts';
import { failingGate, finding, PLAIN, reportOf, rule } from './samples.ts';

const COUNT = 25_000;
const report = reportOf(
  failingGate(
    Array.from({ length: COUNT }, (_, i) =>
      finding({
        ruleId: `mapping/r${i % 14}`,
        level: (['error', 'warning', 'note'] as const)[i % 3],
        message: `T${i} is revoked; T1059 replaces it, see \`x${i}\``,
        location: { path: `alerting/sigma/${i % 3000}.yml`, line: i + 1, column: 5, endLine: i + 1, endColumn: 17 },
      }),
    ),
    { rules: Array.from({ length: 14 }, (_, i) => rule(`mapping/r${i}`)) },
  ),
);

// Takes 0.05 to 0.4 s on two cores; the bound leaves room for a busy machine and still catches quadratic work.
it.each(Object.keys(REPORTERS) as Format[])('draws 25,000 findings in %s within a second or so', (format) => {
  const start = performance.now();
  const output = REPORTERS[format](report, { ...PLAIN, perRule: Infinity });
  expect(performance.now() - start).toBeLessThan(4000);
  expect(output.length).toBeGreaterThan(1000);
});

it('draws 25,000 findings in the job summary within a second or so', () => {
  const start = performance.now();
  githubSummary(report);
  expect(performance.now() - start).toBeLessThan(4000);
});
