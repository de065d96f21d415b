// SPDX-License-Identifier: Apache-2.0
// `npm run bench`: bundles, measures, writes bench/RESULTS.md. README.md says what and how.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { coldStartCases } from './cold-start.ts';
import { copyCorpus } from './corpus.ts';
import { describeMachine, loadNow } from './machine.ts';
import { compareAnswers, mappingCases } from './mapping.ts';
import { measure } from './measure.ts';
import { formatResults, type Results } from './results.ts';
import { findSigma, prepareSigma } from './sigma-cli.ts';

const ROOT = dirname(import.meta.dirname);
const DATA = join(ROOT, '..', 'shared', 'data');
const SHOWN = 'bench/RESULTS.md';

const { values } = parseArgs({
  options: {
    date: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    starts: { type: 'string', default: '15' },
    runs: { type: 'string', default: '5' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'helios-bench-'));
try {
  bundle();
  writeFileSync(join(ROOT, SHOWN), formatResults(measureAll()));
  say(`wrote ${SHOWN}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measureAll(): Results {
  const before = loadNow();
  const starts = measure(coldStartCases(ROOT, folder), Number(values.starts), folder, (text) =>
    say(`cold start: ${text}`),
  );
  const rules = join(DATA, 'sigma', 'rules');
  const corpus = existsSync(rules) ? copyCorpus(rules, folder) : undefined;
  const program = findSigma(process.env);
  const sigma =
    corpus && program ? prepareSigma(program, join(DATA, 'attack', 'enterprise-attack-18.1.json'), folder) : undefined;
  const cases = corpus ? mappingCases(ROOT, corpus, sigma, folder) : [];
  const mapping = measure(cases, Number(values.runs), folder, (text) => say(`mapping: ${text}`));
  return {
    date: values.date,
    machine: describeMachine(),
    load: [before, loadNow()],
    starts,
    mapping,
    files: corpus?.count ?? 0,
    ...(corpus && sigma && { sigma: { version: sigma.version, agreement: compareAnswers(corpus, mapping, folder) } }),
    places: new Map([
      [process.execPath, 'node'],
      [folder, '$TMP'],
      [`${ROOT}/`, ''],
      ...(program ? [[program, 'sigma'] as const] : []),
    ]),
  };
}

/** The figures belong to the sources as they are. */
function bundle(): void {
  say('bundling');
  const { status } = spawnSync(process.execPath, [join(ROOT, 'toolchain', 'bundle.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('the bundles could not be built');
}

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
