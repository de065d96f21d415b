// SPDX-License-Identifier: Apache-2.0
// `npm run bench:detection`: the Sigma engine and its peers over the same events; writes bench/DETECTION.md.
import { execFileSync, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { copyCorpus } from './corpus.ts';
import { describeMachine, loadNow } from './machine.ts';
import { type Case, measure, type Measured } from './measure.ts';

const ROOT = dirname(import.meta.dirname);
const DATA = join(ROOT, '..', 'shared', 'data');
const ROUNDS = 5;
/** Events for a peer that takes seconds for as many. */
const FEW = 200;
const { RSIGMA: rsigma, SIGMA_RULE_MATCHER: python } = process.env;
/** One core for each, so that none has help. */
const ONE_CORE = ['taskset', '-c', '0'];

if (!existsSync(DATA)) {
  process.stderr.write(`bench: no ${DATA}, so there is nothing to measure\n`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'helios-bench-'));
try {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'toolchain', 'bundle.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('the bundles could not be built');
  const corpus = copyCorpus(join(DATA, 'sigma', 'rules'), folder);
  const config = join(corpus.root, 'helios.yaml');
  writeFileSync(config, "version: 1\ngates:\n  detect:\n    include: ['rules/**/*.yml']\n");
  const all = join(folder, 'events.ndjson');
  const [events, bytes] = await unpack(all);
  const few = join(folder, 'few.ndjson');
  writeFileSync(few, firstLines(all, FEW));
  const one = join(folder, 'one.ndjson');
  writeFileSync(one, '{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational"}\n');
  const programs = programsOf(corpus.root, join(folder, 'cache'), { all: [all, events], few: [few, FEW] });
  const cases = programs.flatMap(({ on, log }) => [on(one, 'one event'), on(log[0], `${log[1]} events`)]);
  const before = loadNow();
  const rows = measure(cases, ROUNDS, folder, (text) => process.stderr.write(`bench: ${text}\n`));
  writeFileSync(join(ROOT, 'bench', 'DETECTION.md'), report(rows, programs, bytes, corpus.count, before));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** All recordings as one file; how many events and bytes. */
async function unpack(file: string): Promise<[events: number, bytes: number]> {
  const out = createWriteStream(file);
  let [events, bytes] = [0, 0];
  for (const path of globSync('events/windows-otrf/**/*.gz', { cwd: DATA }).sort()) {
    const text = gunzipSync(readFileSync(join(DATA, path)));
    for (const byte of text) if (byte === 10) events++;
    bytes += text.length;
    out.write(text);
  }
  await new Promise<void>((resolve) => void out.end(resolve));
  return [events, bytes];
}

/** A program with the log that it is to read; loading is what it takes for a log of one event. */
interface Program {
  readonly title: string;
  readonly log: Log;
  readonly on: (log: string, what: string) => Case;
}

type Log = readonly [file: string, events: number];

function programsOf(cwd: string, cache: string, logs: Readonly<Record<'all' | 'few', Log>>): Program[] {
  const program = (
    title: string,
    log: Log,
    command: (log: string) => readonly string[],
    before?: () => void,
  ): Program => ({
    title,
    log,
    on: (file, what) => ({
      title: `${title}, ${what}`,
      command: command(file),
      cwd,
      env: { XDG_CACHE_HOME: cache },
      exit: 0,
      ...(before && { before }),
    }),
  });
  const own = [process.execPath, join(ROOT, 'packages', 'detect', 'bin', 'sec-detect.js'), 'run'];
  const forget = (): void => rmSync(cache, { recursive: true, force: true });
  const routed = ['--logsource-routing', '--event-logsource', 'product=windows'];
  const evaluate = (rsigma: string, log: string): string[] =>
    ONE_CORE.concat(rsigma, 'engine', 'eval', '-r', 'rules', '-e', `@${log}`, '--no-stats');
  return [
    program('sec-detect run, first time', logs.all, (log) => [...ONE_CORE, ...own, log], forget),
    program('sec-detect run', logs.all, (log) => [...ONE_CORE, ...own, log]),
    program('sec-detect run, two cores', logs.all, (log) => [...own, log]),
    program('sec-detect run --threads 2, two cores', logs.all, (log) => [...own, log, '--threads', '2']),
    // As it is, and told what it cannot tell by itself: that all events are of Windows.
    ...(rsigma === undefined
      ? []
      : [
          program('rsigma engine eval', logs.all, (log) => evaluate(rsigma, log)),
          program('rsigma engine eval --logsource-routing', logs.all, (log) => [...evaluate(rsigma, log), ...routed]),
        ]),
    ...(python === undefined
      ? []
      : [
          program('sigma-rule-matcher (Python)', logs.few, (log) => [
            ...ONE_CORE,
            python,
            join(ROOT, 'bench', 'sigma-rule-matcher.py'),
            'rules',
            log,
          ]),
        ]),
  ];
}

function firstLines(file: string, count: number): string {
  return readFileSync(file, 'utf8').split('\n', count).join('\n');
}

function report(
  rows: readonly Measured[],
  programs: readonly Program[],
  bytes: number,
  rules: number,
  before: string,
): string {
  const { cpu, memory, kernel, node } = describeMachine();
  const lines = rows.map(
    ({ case: { title }, wall, cpu: own }) =>
      `| ${title} | ${wall.median.toFixed(2)} | ${wall.min.toFixed(2)} – ${wall.max.toFixed(2)} | ${own.median.toFixed(2)} |`,
  );
  const rates = programs.flatMap(({ title, log: [, events] }, index) => {
    const [load, all] = rows.slice(index * 2);
    if (!load || !all) return [];
    const rate = Math.round(events / (all.wall.median - load.wall.median));
    return [`| ${title} | ${rate} | ${load.wall.median.toFixed(2)} |`];
  });
  const told = rows.find(({ case: { title } }) => title.startsWith('sigma-rule-matcher') && !title.includes('one'));
  return `# Detection

Written by \`npm run bench:detection\`: ${rules} Sigma rules over Windows events (${Math.round(bytes / 1e6)} MB of NDJSON), each
program on one core unless it says otherwise, in turns, median of ${ROUNDS} after one round that is not counted. ${cpu}, ${memory},
${kernel}, Node ${node}; load before ${before}, after ${loadNow()}. Peers: ${peerNames().join(', ') || 'none'}.

| Command | median s | min – max | CPU s |
| --- | --: | --: | --: |
${lines.join('\n')}

| Program | events/s without loading | loading, s |
| --- | --: | --: |
${rates.join('\n')}

rsigma tells no log source from an event's channel and id: as it is it asks every rule, and writes many more matches; with
--logsource-routing it was told that all events are of Windows. Ours asks the rules of the log source that channel and id
tell, and writes the same in two threads as in one.${told ? ` The Python program asks every rule: ${told.stdout.trim()}.` : ''} All parse the
JSON, and write what they find to a file. Goals: 2,000 events/s at least, half of rsigma's rate, 20 × a program in Python,
loading within 2 s, and within 0.5 s what was loaded before.
`;
}

function peerNames(): string[] {
  const version = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n')[0] ?? '';
  const ask =
    "from importlib.metadata import version as v; print('sigma-rule-matcher', v('sigma-rule-matcher'), 'with pySigma', v('pysigma'))";
  return [...(rsigma ? [version(rsigma, '--version')] : []), ...(python ? [version(python, '-c', ask)] : [])];
}
