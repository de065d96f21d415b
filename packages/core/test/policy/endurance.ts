// SPDX-License-Identifier: Apache-2.0
// Run on its own by endurance.test.ts: a process that does nothing but judge, so that its memory is the policy's.
import { loadPolicy, verifyLock } from '../../src/policy/index.ts';
import { BUNDLE, REPOSITORY } from './repository.ts';

const policy = loadPolicy(await verifyLock(REPOSITORY, BUNDLE));
const datasets = Array.from({ length: 16 }, (_, n) => ({
  id: `set-${n}`,
  title: 'Text of the length that people write. '.repeat(8),
  owner: 'maintainers',
  purpose: 'research',
  classification: 'confidential',
  personal_data: [],
  regions: { origin: 'de', stored: ['de'], allowed: ['de', 'us'] },
  transfers: [],
  retention: 'P3Y',
}));
const document = { schema: 'helios/datasets/v1', datasets };
const input = { document, path: 'a.yaml', as_of: '2026-11-21T12:00:00.000Z' };
const judge = (times: number): void => {
  for (let n = 0; n < times; n++) policy.decide('privacy/residency/decision', input);
};
const residentMebibytes = (): number => {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1024 / 1024;
};

judge(200);
const start = performance.now();
judge(1000);
const milliseconds = performance.now() - start;
judge(1800);
const before = residentMebibytes();
judge(10_000);
const after = residentMebibytes();
process.stdout.write(JSON.stringify({ bytes: JSON.stringify(document).length, milliseconds, before, after }));
