// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../../core/test/cli/terminal.ts';
import { run } from '../../src/cli.ts';
import { ID, sigma } from '../stage.ts';

const STARTED = sigma("  s: {Image|endswith: '\\\\a.exe'}\n  condition: s\n", {
  title: 'A was started',
  logsource: '{product: windows, category: process_creation}',
});
const OTHER = sigma('  s: [word]\n  condition: s\n', {
  title: 'A word',
  id: ID.replace(/1$/, '2'),
  logsource: '{product: odd}',
});

function compile(...args: readonly string[]): Promise<Called> {
  const settings = 'schema: helios/compile-settings/v1\nfrom: events\nmessage: raw\nfields: {Image: process.path}\n';
  return call(run, { args: ['compile', ...args], files: { 'a.yml': STARTED, 'b.yml': OTHER, 's.yaml': settings } });
}

describe('sec-detect compile', () => {
  it('writes the query of each rule, and refuses by name what a target cannot say', async () => {
    const { exit, stdout, stderr } = await compile('--target', 'splunk');
    expect([exit, stdout]).toEqual([
      1,
      expect.stringMatching(/^# A was started \(.*\)\nindex=\* .*Image="\*\\\\a\.exe"\n\n$/),
    ]);
    expect(stderr).toContain('b.yml: A word: nothing says where the events of product odd are');
    expect(stderr).toContain('1 of 2 rules compile to splunk\n');
  });

  it('counts a rule that means nothing among those that it cannot write', async () => {
    const broken = sigma('  s: {a|contain: x}\n  condition: s\n', { title: 'Broken' });
    expect(await call(run, { args: ['compile', '-t', 'splunk'], files: { 'a.yml': broken } })).toMatchObject({
      exit: 1,
      stderr: 'a.yml: Broken: not asked: there is no modifier "contain"\n0 of 1 rules compile to splunk\n',
    });
  });

  it('knows the store by its settings', async () => {
    const { exit, stdout } = await compile('-t', 'splunk', '-s', 's.yaml', '--any-source');
    expect([exit, stdout]).toEqual([0, expect.stringContaining('process.path')]);
  });

  it('takes some of the rules, as NDJSON', async () => {
    const { exit, stdout } = await compile('-t', 'kql', '-s', 's.yaml', '-f', 'ndjson', ID);
    expect([exit, JSON.parse(stdout)]).toMatchObject([0, { id: ID, target: 'kql', queries: [expect.any(String)] }]);
    expect(JSON.parse((await compile('-t', 'kql', '-f', 'ndjson', ID)).stdout)).toMatchObject({
      problem: { construct: 'container' },
    });
    expect((await compile('-t', 'splunk', 'nobody')).exit).toBe(3);
  });

  it('writes correlations where the target has their windows, and refuses them elsewhere', async () => {
    const often = `title: A often\nid: ${ID.replace(/1$/, '7')}\ncorrelation: {type: event_count, rules: [${ID}], timespan: 1m, condition: {gte: 2}}\n`;
    const settings = 'schema: helios/compile-settings/v1\ntime: at\n';
    const files = { 'a.yml': STARTED, 'c.yml': often, 's.yaml': settings };
    const duckdb = await call(run, { args: ['compile', '-t', 'duckdb', '-s', 's.yaml', 'often'], files });
    expect([duckdb.exit, duckdb.stdout]).toEqual([
      0,
      expect.stringMatching(/^# A often [^]*WITH entries AS [^]*at AS time/),
    ]);
    expect(await call(run, { args: ['compile', '-t', 'splunk'], files })).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('c.yml: A often: it counts in other windows than those that slide'),
    });
  });

  it.each([
    [
      ['-t', 'sql'],
      'there is no target "sql"\n  → Targets: splunk, lucene, opensearch, esql, kql, logql, duckdb, clickhouse.',
    ],
    [['-t', 'kql', '-f', 'xml'], 'unknown format "xml"'],
    [['-t', 'kql', '-s', 'gone.yaml'], 'gone.yaml cannot be read'],
    [['-t', 'kql', '-s', 'a.yml'], 'a.yml:1:1'],
    [[], "required option '-t, --target <name>' not specified"],
  ])('%j is told what is wrong', async (args, message) => {
    expect(await compile(...args)).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});
