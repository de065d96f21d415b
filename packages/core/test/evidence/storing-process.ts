// SPDX-License-Identifier: Apache-2.0
// Run as a process: stores a run in <folder>, signed when a key is in KEY; prints what is there and what was loaded.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openSigner, storeRun } from '../../src/evidence/index.ts';
import { crashed, FACTS, gateResult, passing, report } from './report.ts';

const directory = process.argv[2] ?? '';
const key = process.env['KEY'];
if (process.env['UMASK']) process.umask(Number.parseInt(process.env['UMASK'], 8));

const inputs = ['ä.yml', 'z.yml', 'İ.yml', 'i.yml', 'I.yml', 'a.yml'].map((path) => ({
  path,
  sha256: createHash('sha256').update(path).digest('hex'),
}));
const gates = [gateResult({ inputs }), passing({ gate: 'exception' }), crashed()];
await storeRun({ directory, report: report(...gates), facts: FACTS, ...(key && { signer: openSigner(key) }) });

const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'));
const digests = files.sort().map(
  (path) =>
    `${path} ${createHash('sha256')
      .update(readFileSync(join(directory, path)))
      .digest('hex')}`,
);
const heavy = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('sigstore'));
process.stdout.write(JSON.stringify({ digests, heavy: heavy.length }));
