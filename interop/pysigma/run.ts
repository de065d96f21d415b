// SPDX-License-Identifier: Apache-2.0
// `npm run interop:pysigma`: our queries beside those of pySigma's backends, rule by rule; writes interop/PYSIGMA.md.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseYaml } from '../../packages/core/src/input/index.ts';
import { compileRule } from '../../packages/detect/src/compile/compile.ts';
import type { CompileOptions } from '../../packages/detect/src/compile/options.ts';
import { parseRule } from '../../packages/detect/src/sigma/parse.ts';
import { findPeer } from '../peers.ts';
import { compareQueries, type Outcome } from './compare.ts';
import { LANGUAGES } from './languages.ts';
import { formatReport } from './report.ts';

const ROOT = join(import.meta.dirname, '../..');
const DATA = join(ROOT, '../shared/data/sigma/rules');
const home = process.env['HELIOS_PEERS'] ?? join(tmpdir(), 'helios-peers');
const python = findPeer('pysigma', home, process.argv.includes('--install'));
if (python === undefined || !existsSync(DATA)) {
  process.stdout.write(`- pySigma: ${python === undefined ? 'not here (see interop/README.md)' : `no ${DATA}`}\n`);
  process.exit(0);
}

/** As pySigma takes stores to be: all fields by their own names, all events in one place, text in one case. */
const OPTIONS: Readonly<Record<keyof typeof LANGUAGES, CompileOptions>> = {
  splunk: { anySource: true },
  lucene: { anySource: true, fields: { '*': { name: '*', type: 'folded' } } },
  esql: { anySource: true },
  kql: { anySource: true, from: 'T', emptyIsMissing: true },
};

const CONVERT = readFileSync(join(import.meta.dirname, 'convert.py'), 'utf8');
const paths = globSync('**/*.yml', { cwd: DATA }).sort();
const said = execFileSync(python, ['-c', CONVERT, DATA], {
  input: paths.join('\n'),
  encoding: 'utf8',
  maxBuffer: 2 ** 30,
});
const [first = '', ...lines] = said.trim().split('\n');
const outcomes: Outcome[] = [];
for (const [index, line] of lines.entries()) {
  const theirs = JSON.parse(line) as Readonly<Record<string, { readonly queries?: string[]; readonly error?: string }>>;
  const path = paths[index] ?? '';
  const parsed = parseRule(parseYaml(path, readFileSync(join(DATA, path), 'utf8'))[0]);
  if ('problem' in parsed) throw new Error(`${path}: ${parsed.problem.message}`);
  for (const language of Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]) {
    const ours = compileRule({ ...parsed.rule, logsource: {} }, language, OPTIONS[language]);
    outcomes.push(compareQueries(path, language, ours, theirs[language] ?? { error: 'nothing' }));
  }
}
writeFileSync(join(ROOT, 'interop/PYSIGMA.md'), formatReport(first, paths.length, outcomes));
process.stdout.write(`✔ pySigma: ${outcomes.length} queries compared, see interop/PYSIGMA.md\n`);
