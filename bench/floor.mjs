// SPDX-License-Identifier: Apache-2.0
// What any checker of rule files in Node pays at least: `node floor.mjs read|parse <folder>`. Not TypeScript, as
// stripping its types would be a part of the figure.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [what, folder] = process.argv.slice(2);
const paths = readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.yml'));
const texts = paths.map((path) => readFileSync(join(folder, path), 'utf8'));
if (what === 'parse') {
  // The parser is a dependency of the core, not of the benchmarks.
  const { loadAll } = createRequire(join(import.meta.dirname, '..', 'packages', 'core', 'package.json'))('js-yaml');
  for (const text of texts) loadAll(text);
}
process.stdout.write(`${texts.length}\n`);
