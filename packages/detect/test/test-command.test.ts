// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectionTestRecordSchema } from '@helios/core/record';
import { describe, expect, it } from 'vitest';
import { call } from '../../core/test/cli/terminal.ts';
import { run } from '../src/cli.ts';
import { ID, PASSING, ROOT, sigma, tests } from './stage.ts';

const FAILING = '{name: wants <more> & "x", expect: match, count: 9, events: [{a: x}]}';

function test(cases: readonly string[], ...args: readonly string[]) {
  return call(run, { args: ['test', ...args], files: { 'rule.yml': sigma(), 'rule.test.yaml': tests(cases) } });
}

describe('sec-detect test', () => {
  it('draws what passes, and why the rest does not', async () => {
    expect(await test(PASSING)).toMatchObject({ exit: 0, stdout: '✔ A rule  2 of 2\n2 of 2 cases of 1 rules pass\n' });
    const { exit, stdout } = await test([...PASSING, FAILING]);
    expect([exit, stdout.split('\n')[1]]).toEqual([
      1,
      '    "wants <more> & "x"" should match 9 times, and does 1 times',
    ]);
  });

  it('runs those that are named, and says when there are none', async () => {
    expect((await test(PASSING, 'a RULE')).exit).toBe(0);
    expect((await test(PASSING, ID)).exit).toBe(0);
    expect(await test(PASSING, 'nothing like it')).toMatchObject({ exit: 3, stdout: '0 of 0 cases of 0 rules pass\n' });
  });

  it('writes JUnit XML and JSON', async () => {
    const { stdout } = await test([...PASSING, FAILING], '--format', 'junit');
    expect(stdout).toContain('<testsuite name="A rule" tests="3" failures="1">');
    expect(stdout).toContain('<testcase name="wants &lt;more&gt; &amp; &quot;x&quot;"');
    expect(JSON.parse((await test(PASSING, '--format', 'json')).stdout)).toMatchObject([
      { rule: ID, results: [{ passed: true }, { passed: true }] },
    ]);
    for (const unknown of ['html', 'constructor'])
      expect(await test(PASSING, '--format', unknown)).toMatchObject({
        exit: 2,
        stderr: expect.stringContaining('Known formats: text, json, junit'),
      });
  });

  it('leaves a record of the results and of what was tested', async () => {
    const { root } = await test([...PASSING, FAILING], '--record', 'out/results.json');
    const record = detectionTestRecordSchema.parse(JSON.parse(readFileSync(join(root, 'out/results.json'), 'utf8')));
    expect(record.results).toMatchObject([{ rule: ID, file: 'rule.yml', passed: 2, failed: 1 }]);
  });

  it('fails the cases of a rule that is not there or cannot be read: what is not run proves nothing', async () => {
    const files = { 'rule.test.yaml': tests(PASSING) };
    const broken = sigma("  s: {a|expand: '%x%'}\n  condition: s\n");
    expect(await call(run, { args: ['test'], files: { ...files, 'rule.yml': broken } })).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining(
        '"sees x" was not run: the rule is broken, nothing says what %x% stands for\n' +
          '    "leaves y alone" was not run: the rule is broken, nothing says what %x% stands for\n0 of 2 cases',
      ),
    });
    expect(await call(run, { args: ['test'], files })).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('was not run: no rule has this id'),
    });
  });

  it('records no rule that no test has seen match, and one rule once', async () => {
    const silent = ['{name: leaves y alone, expect: no-match, events: [{a: y}]}'];
    const { root: without } = await test(silent, '--record', 'r.json');
    expect(readFileSync(join(without, 'r.json'), 'utf8')).toContain('"results":[]');
    const { root } = await call(run, {
      args: ['test', '--record', 'r.json'],
      files: { 'rule.yml': sigma(), 'a.test.yaml': tests(PASSING), 'b.test.yaml': tests([FAILING]) },
    });
    const record = detectionTestRecordSchema.parse(JSON.parse(readFileSync(join(root, 'r.json'), 'utf8')));
    expect(record.results).toMatchObject([{ rule: ID, passed: 2, failed: 1 }]);
  });

  it('stops at a test that cannot be read', async () => {
    const silent = 'name: n, expect: no-match, events: [{a: y}]';
    for (const [cases, where] of [
      [['{name: n}'], 'rule.test.yaml:5'],
      [[`{${silent}, count: 2}`], 'count: is of a match, and the case expects none'],
      [['{name: n, expect: match, within: PT, events: [{a: x}]}'], 'must be an ISO 8601 duration such as PT2M'],
      [[`{${silent}}`, `{${silent}}`], 'two cases have one name'],
    ] as const)
      expect(await test(cases)).toMatchObject({ exit: 2, stderr: expect.stringContaining(where) });
  });
});

it('the committed record is what the tests of this repository say now', async () => {
  const record = join(mkdtempSync(join(tmpdir(), 'helios-record-')), 'results.json');
  const { exit } = await call(run, { args: ['test', '--record', record], root: ROOT });
  expect(exit).toBe(0);
  const committed = readFileSync(join(ROOT, 'alerting/tests/results.json'), 'utf8');
  expect(committed, 'run npx sec-detect test --record alerting/tests/results.json').toBe(readFileSync(record, 'utf8'));
});
