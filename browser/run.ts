// SPDX-License-Identifier: Apache-2.0
// Opens what Helios draws in a real browser and looks at it: `npm run test:browser`.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { checkHeatmaps } from './heatmap.ts';
import { checkReport } from './report.ts';

/** Counts and prints one check; `detail` says what was seen where it fails. */
export type Check = (name: string, holds: boolean, detail?: unknown) => void;

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

if (!existsSync(CHROMIUM)) {
  process.stderr.write(`no browser at ${CHROMIUM}: install Debian's chromium, or name one in $CHROMIUM\n`);
  process.exit(2);
}
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const results = { passed: 0, failed: 0 };
const check: Check = (name, holds, detail = '') => {
  results[holds ? 'passed' : 'failed']++;
  const seen = typeof detail === 'string' ? detail : JSON.stringify(detail);
  process.stdout.write(`${holds ? '✔' : '✖'} ${name}${holds ? '' : `: ${seen.slice(0, 500)}`}\n`);
};
await checkHeatmaps(browser, check);
await checkReport(browser, check);
await browser.close();
process.stdout.write(`${results.passed} passed, ${results.failed} failed\n`);
process.exitCode = results.failed === 0 ? 0 : 1;
