// SPDX-License-Identifier: Apache-2.0
// Hunts need a database each: packages that are too heavy to depend on, taken from where the environment says.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../../core/test/cli/terminal.ts';
import { plant } from '../../../core/test/input/tree.ts';
import { openDatabase } from '../../src/hunt/sql/database.ts';
import { run } from '../../src/cli.ts';
import { type DatabaseName, whyNo } from '../compile/engines.ts';
import { type Files, ID, NO_SHARED, SHARED, sigma } from '../stage.ts';

const WINDOWS = '{product: windows, category: process_creation}';
const RULES: Files = {
  'rules/started.yml': sigma("  s: {Image|endswith: '\\\\a.exe'}\n  condition: s\n", {
    title: 'A was started',
    logsource: WINDOWS,
  }),
  'rules/word.yml': sigma('  s: [mimikatz]\n  f: {User: null}\n  condition: s and f\n', {
    title: 'A word, by nobody',
    id: ID.replace(/1$/, '2'),
    level: 'high',
    logsource: '{product: windows}',
  }),
  'rules/cloud.yml': sigma('  s: {requestParameters.tags.key: x}\n  condition: s\n', {
    title: 'A nested field',
    id: ID.replace(/1$/, '3'),
    logsource: '{product: aws, service: cloudtrail}',
  }),
};

const windows = (more: object): string =>
  JSON.stringify({
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    EventID: 1,
    UtcTime: '2026-01-01 00:00:01',
    ...more,
  });
const cloud = (tags: unknown): string =>
  JSON.stringify({ eventSource: 's3.amazonaws.com', eventName: 'e', requestParameters: { tags } });
const LOG = [
  windows({ Image: 'C:\\A.EXE', User: 'u' }),
  '',
  windows({ Image: 'C:\\b.exe', Keywords: -9223372036854775808, Other: ['see', { deep: 'MimiKatz!' }] }),
  windows({ Image: 'C:\\b.exe', User: 'u', Other: 'mimikatz' }),
  cloud([{ key: 'y' }, { key: 'x' }]),
  '{"Image": "C:\\\\a.exe"}',
  // A key is no word, half a surrogate pair no character, and a quote ends no string.
  windows({ mimikatz: '\\" \ud800' }),
];

const BIN = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));

const env = (): Record<string, string> =>
  Object.fromEntries(
    ['HELIOS_DUCKDB', 'HELIOS_CHDB'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

const hunt = (root: string, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: ['hunt', ...args], root, env: env() });

describe.each<DatabaseName>(['duckdb', 'clickhouse'])('sec-detect hunt in %s', (name) => {
  const skipped = whyNo(name);
  describe.skipIf(skipped !== '')(`over some logs${skipped}`, () => {
    const planted = (): string => plant({ ...RULES, 'log.ndjson': LOG.map((line) => `${line}\n`).join('') });

    it('finds what the engine finds, in the same order and words', async () => {
      const root = planted();
      writeFileSync(join(root, 'log.gz'), gzipSync(LOG.toReversed().join('\n')));
      const logs = ['log.ndjson', 'log.gz'];
      for (const format of ['text', 'ndjson']) {
        const { stdout } = await call(run, { args: ['run', ...logs, '--format', format], root });
        expect(stdout.split('\n')).toHaveLength(7);
        expect(await hunt(root, '--in', name, '--format', format, ...logs)).toMatchObject({ exit: 0, stdout });
      }
    });

    it('keeps the events as Parquet, for hunts in either database, and writes over nothing', async () => {
      const root = planted();
      const kept = `kept-${name}.parquet`;
      const first = await hunt(root, '--in', name, '--keep', kept, 'log.ndjson');
      for (const other of (['duckdb', 'clickhouse'] as const).filter((each) => whyNo(each) === ''))
        expect(await hunt(root, '--in', other, kept)).toMatchObject({ exit: 0, stdout: first.stdout });
      expect(await hunt(root, '--in', name, '--keep', kept, 'log.ndjson')).toMatchObject({
        exit: 2,
        stderr: expect.stringContaining(`${kept} is there already`),
      });
    });

    it('asks nothing about events that nothing tells, unless it is told, and says so', async () => {
      const root = planted();
      const { stdout, stderr } = await hunt(
        root,
        '--in',
        name,
        '--assume-logsource',
        'windows/process_creation',
        'log.ndjson',
      );
      expect(stdout).toContain('A was started  log.ndjson:6');
      expect(stderr).toBe('6 events, 3 rules, 4 hits\n');
      expect((await hunt(root, '--in', name, '--min-level', 'high', 'log.ndjson')).stderr).toBe(
        '6 events, 3 rules, 1 hits\nof 1 nothing tells what log they are from: no rule was asked (--assume-logsource)\n',
      );
    });

    it('counts what belongs together, over the times of the events', async () => {
      const correlation = (type: string, rest: string): string =>
        `title: ${type}\nid: ${ID.replace(/1$/, '9')}\nlevel: medium\ncorrelation: {type: ${type}, rules: [${ID}], timespan: 1m, ${rest}}\n`;
      const times = ['00:00:01', '00:00:30', '00:01:00', '00:05:00', '00:05:10'];
      const log = times.map((time, at) =>
        windows({ Image: 'C:\\a.exe', User: at === 2 ? 'v' : 'u', Pid: at, UtcTime: `2026-01-01 ${time}.000` }),
      );
      for (const body of [
        correlation('event_count', 'group-by: [User], condition: {gte: 2}'),
        correlation('value_sum', 'condition: {field: Pid, gte: 3}'),
      ]) {
        const folder = plant({ ...RULES, 'rules/c.yml': body, 'log.ndjson': log.join('\n') });
        const { stdout } = await call(run, { args: ['run', 'log.ndjson'], root: folder });
        expect(stdout.split('\n').length).toBeGreaterThan(2);
        expect(await hunt(folder, '--in', name, 'log.ndjson')).toMatchObject({ exit: 0, stdout });
      }
      const unknown = plant({
        'rules/c.yml': correlation('event_count', 'condition: {gte: 2}'),
        'log.ndjson': log.join('\n'),
      });
      expect(await hunt(unknown, '--in', name, 'log.ndjson')).toMatchObject({
        exit: 1,
        stderr: expect.stringContaining(`rules/c.yml: event_count: not asked: no rule is called ${ID}\n`),
      });
    });

    it('names records that cannot be judged, goes on, and does not pass', async () => {
      const root = planted();
      writeFileSync(join(root, 'bad.ndjson'), `{"a": \n${LOG[0]}\n`);
      expect(await hunt(root, '--in', name, 'bad.ndjson')).toMatchObject({
        exit: 2,
        stdout: expect.stringContaining('bad.ndjson:2'),
        stderr: expect.stringMatching(/^bad\.ndjson, record 1 is [^]*1 records could not be judged\n$/),
      });
    });

    it('says what is wrong with a file that it cannot read or write', async () => {
      const root = planted();
      writeFileSync(join(root, 'bad.parquet'), 'PAR1 and no more');
      expect(await hunt(root, '--in', name, 'bad.parquet')).toMatchObject({
        exit: 2,
        stderr: expect.stringContaining('bad.parquet: cannot be read as Parquet'),
      });
      expect(await hunt(root, '--in', name, '--keep', 'nowhere/k.parquet', 'log.ndjson')).toMatchObject({
        exit: 2,
        stderr: expect.stringContaining('nowhere/k.parquet lies in a folder that is not there'),
      });
    });

    it.each(['SIGINT', 'SIGTERM'])('leaves no events behind when %s ends it', async (signal) => {
      const root = planted();
      const temporary = join(root, 'tmp');
      mkdirSync(temporary);
      const child = spawn(process.execPath, ['--conditions=source', BIN, 'hunt', '--in', name, '-'], {
        cwd: root,
        env: { ...env(), PATH: process.env['PATH'], TMPDIR: temporary },
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      const ended = once(child, 'exit');
      // Its input does not end: whenever it is interrupted, it is at work.
      child.stdin.write(`${LOG.join('\n')}\n`);
      while (!readdirSync(temporary, { recursive: true }).some((path) => String(path).endsWith('staged.ndjson')))
        await sleep(20);
      child.kill(signal as NodeJS.Signals);
      expect([await ended, readdirSync(temporary)]).toEqual([[null, signal], []]);
    });

    it('reads Parquet of others: a row is an event, and null is missing', async () => {
      const root = planted();
      const folder = plant({});
      const database = await openDatabase(name, folder, { env: env() });
      const rows = [
        "'Microsoft-Windows-Sysmon/Operational' AS Channel, 1 AS EventID, 'C:\\a.exe' AS Image, 'mimikatz' AS Other, NULL AS User",
        "'Microsoft-Windows-Sysmon/Operational', 1, 'C:\\b.exe', 'mimikatz', 'u'",
      ];
      const literal = (row: string): string => (name === 'clickhouse' ? row.replaceAll('\\', '\\\\') : row);
      await database.run(
        database.createTable('odd', rows.map((row, n) => `SELECT ${n} AS n, ${literal(row)}`).join(' UNION ALL ')),
      );
      await database.run(database.tableToParquet('odd', join(root, `odd-${name}.parquet`)));
      database.close();
      const { exit, stdout } = await hunt(root, '--in', name, `odd-${name}.parquet`);
      expect([exit, stdout.split('\n').map((line) => line.replace(/^.* {2}(?=odd)/, ''))]).toEqual([
        0,
        [`odd-${name}.parquet:1`, `odd-${name}.parquet:1`, ''],
      ]);
    });
  });

  describe.skipIf(`${skipped}${NO_SHARED}` !== '')(`over the public events${skipped}${NO_SHARED}`, () => {
    it('finds with 3,141 rules what the engine finds', { timeout: 600_000 }, async () => {
      const recordings =
        process.env['HELIOS_THOROUGH'] === '1' ? 'events/windows-otrf/**/*.gz' : 'events/windows-otrf/discovery/*.gz';
      const logs = globSync([recordings, 'events/cloudtrail-*/*'], { cwd: SHARED }).sort();
      const root = plant({ 'helios.yaml': "version: 1\ngates:\n  detect:\n    include: ['rules/**/*.yml']\n" });
      cpSync(join(SHARED, 'sigma/rules'), join(root, 'rules'), { recursive: true });
      const paths = logs.map((path) => join(SHARED, path));
      const engine = await call(run, { args: ['run', '--format', 'ndjson', ...paths], root });
      const found = await hunt(root, '--in', name, '--format', 'ndjson', ...paths);
      expect([found.exit, found.stderr]).toEqual([0, engine.stderr]);
      expect(found.stdout.split('\n')).toEqual(engine.stdout.split('\n'));
      expect(engine.stdout.split('\n').length).toBeGreaterThan(150);
    });
  });
});

describe('sec-detect hunt', () => {
  it.each([
    [['hunt', 'log', '--in', 'oracle'], 'there is no database "oracle"\n  → Databases: duckdb, clickhouse.'],
    [['hunt', 'log', '--format', 'xml'], 'unknown format "xml"'],
    [['hunt', 'log', '--min-level', 'urgent'], 'there is no level "urgent"'],
    [['hunt', 'log', '--in', 'clickhouse'], 'the package chdb cannot be loaded'],
    [['hunt', 'log'], 'npm install @duckdb/node-api'],
  ])('%j is told what is wrong', async (args, message) => {
    const { exit, stderr } = await call(run, { args, root: plant(RULES) });
    expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('takes no database out of the folder that is worked in', async () => {
    const files = {
      'node_modules/chdb/package.json': '{"main": "index.js"}',
      'node_modules/chdb/index.js': 'throw new Error("ran")',
    };
    const { exit, stderr } = await call(run, {
      args: ['hunt', 'log', '--in', 'clickhouse'],
      root: plant({ ...RULES, ...files }),
    });
    expect([exit, stderr]).toEqual([2, expect.not.stringContaining('ran')]);
  });
});
