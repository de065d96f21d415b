// SPDX-License-Identifier: Apache-2.0
// Fills in the parts of READMEs that the tool itself writes, or with --check says which are out of date.
//   <!-- table: sec-x rules --format markdown -->   … output as it is …            <!-- end -->
//   <!-- transcript in <folder>: sec gate … -->     … command and output, fenced … <!-- end -->
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = dirname(import.meta.dirname);
const BLOCK = /(<!-- (table|transcript)(?: in (\S+))?: (.+?) -->\n)[^]*?(<!-- end -->)/g;
const cache = mkdtempSync(join(tmpdir(), 'helios-docs-'));

const stale = globSync('{README.md,*/README.md,packages/*/README.md}', { cwd: ROOT }).filter((path) => {
  const file = join(ROOT, path);
  const before = readFileSync(file, 'utf8');
  const after = before.replace(
    BLOCK,
    (_all, head: string, kind: string, folder = '.', command: string, end: string) => {
      const output = run(command, folder);
      return `${head}${kind === 'table' ? output : `\`\`\`console\n$ npx ${command}\n${output}\`\`\`\n`}${end}`;
    },
  );
  if (after === before) return false;
  if (!process.argv.includes('--check')) writeFileSync(file, after);
  return true;
});
for (const path of stale)
  process.stdout.write(
    `${path}: ${process.argv.includes('--check') ? 'out of date, run npm run docs' : 'brought up to date'}\n`,
  );
process.exitCode = process.argv.includes('--check') && stale.length > 0 ? 1 : 0;

/** What a binary prints, run from its sources. Proofs go aside. */
function run(command: string, folder: string): string {
  const [binary = '', ...args] = command.split(' ');
  const source = join(ROOT, 'packages', binary.replace(/^sec-/, ''), 'src', 'bin.ts');
  const evidence = /^(sec gate|sec-\S+ check)/.test(command) ? ['--evidence-dir', cache] : [];
  const result = spawnSync(process.execPath, ['--conditions=source', source, ...args, ...evidence], {
    cwd: join(ROOT, folder),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], XDG_CACHE_HOME: cache },
  });
  if (result.error) throw result.error;
  if (result.status === 70) throw new Error(`${command}: ${result.stderr}`);
  return result.stdout + (result.stdout === '' ? result.stderr : '');
}
