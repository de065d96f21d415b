// SPDX-License-Identifier: Apache-2.0
// `npm run bench:detection`: the Sigma engine and its peer over the same events; writes bench/DETECTION.md.
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
const peer = process.env['RSIGMA'];
/** One core for each, so that neither has help. */
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
  const [events, bytes] = await unpack(join(folder, 'events.ndjson'));
  const one = join(folder, 'one.ndjson');
  writeFileSync(one, '{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational"}\n');
  const cases = [
    ours('sec-detect run, one event', one, corpus.root),
    ours('sec-detect run, all events', join(folder, 'events.ndjson'), corpus.root),
    ...(peer === undefined ? [] : peerCases(peer, one, join(folder, 'events.ndjson'), corpus.root)),
  ];
  const before = loadNow();
  const rows = measure(cases, ROUNDS, folder, (text) => process.stderr.write(`bench: ${text}\n`));
  writeFileSync(join(ROOT, 'bench', 'DETECTION.md'), report(rows, events, bytes, corpus.count, before));
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

function ours(title: string, log: string, cwd: string): Case {
  const program = join(ROOT, 'packages', 'detect', 'bin', 'sec-detect.js');
  return { title, command: [...ONE_CORE, process.execPath, program, 'run', log], cwd, env: {}, exit: 0 };
}

/** As it is, and told what it cannot tell by itself: that all events are of Windows. */
function peerCases(program: string, one: string, all: string, cwd: string): Case[] {
  const command = (log: string, ...more: readonly string[]): string[] =>
    ONE_CORE.concat(program, 'engine', 'eval', '-r', 'rules', '-e', `@${log}`, '--no-stats', more);
  const routed = ['--logsource-routing', '--event-logsource', 'product=windows'];
  return [
    { title: 'rsigma engine eval, one event', command: command(one), cwd, env: {}, exit: 0 },
    { title: 'rsigma engine eval, all events', command: command(all), cwd, env: {}, exit: 0 },
    {
      title: 'rsigma engine eval --logsource-routing, all events',
      command: command(all, ...routed),
      cwd,
      env: {},
      exit: 0,
    },
  ];
}

function report(rows: readonly Measured[], events: number, bytes: number, rules: number, before: string): string {
  const { cpu, memory, kernel, node } = describeMachine();
  const version =
    peer === undefined
      ? 'not measured: set $RSIGMA'
      : execFileSync(peer, ['--version'], { encoding: 'utf8' }).split('\n')[0];
  const lines = rows.map(
    ({ case: { title }, wall, cpu: own }) =>
      `| ${title} | ${wall.median.toFixed(2)} | ${wall.min.toFixed(2)} – ${wall.max.toFixed(2)} | ${own.median.toFixed(2)} |`,
  );
  const rates = [
    [0, 1],
    [2, 3],
    [2, 4],
  ].flatMap(([one = 0, many = 0]) => {
    const [load, all] = [rows[one], rows[many]];
    if (!load || !all) return [];
    const rate = Math.round(events / (all.wall.median - load.wall.median));
    return [`| ${all.case.title.split(',')[0]} | ${rate} | ${load.wall.median.toFixed(2)} |`];
  });
  return `# Detection

Written by \`npm run bench:detection\`: ${rules} Sigma rules over ${events} Windows events (${Math.round(bytes / 1e6)} MB of NDJSON), each
program on one core, in turns, median of ${ROUNDS} after one round that is not counted. ${cpu}, ${memory}, ${kernel}, Node ${node};
load before ${before}, after ${loadNow()}. Peer: ${version}.

| Command | median s | min – max | CPU s |
| --- | --: | --: | --: |
${lines.join('\n')}

| Program | events/s without loading | loading, s |
| --- | --: | --: |
${rates.join('\n')}

The peer tells no log source from an event's channel and id: as it is it asks every rule, and writes many more matches; with
--logsource-routing it was told that all events are of Windows. Ours asks the rules of the log source that channel and id
tell. Both parse the JSON, and write what they find to a file. Goals: 2,000 events/s at least, half of the
peer's rate, loading within 2 s.
`;
}
