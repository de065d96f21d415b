// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { RULES } from '../src/rules.ts';
import { ID, judge, PASSING, sigma, tests } from './stage.ts';

const SOUND = { 'rule.yml': sigma(), 'rule.test.yaml': tests(PASSING) };

describe('the example of each rule', () => {
  it.each(RULES.flatMap((rule) => ('example' in rule ? [rule] : [])))(
    '$id is broken by its bad example and kept by its good one',
    async ({ id, example }) => {
      const house = { 'helios.yaml': 'version: 1\ngates: {detect: {conventions: sigmahq}}\n' };
      expect((await judge({ ...house, 'rule.yml': example.bad })).ids).toContain(id);
      expect((await judge({ ...house, 'rule.yml': example.good })).ids).not.toContain(id);
    },
  );
});

it('what is right passes, with the figures that say so', async () => {
  const { verdict, checked, findings, metrics, exit } = await judge(SOUND);
  expect([exit, verdict, checked, findings]).toEqual([0, 'pass', 1, []]);
  expect(metrics.map(({ id, value, sample }) => [id, value, sample?.of])).toEqual([
    ['rules.proven', 100, 1],
    ['cases.passed', 100, 2],
  ]);
});

it('what is not Sigma is not judged, and nothing at all is no pass', async () => {
  expect((await judge({ 'a.yml': 'kind: Pod\n' })).verdict).toBe('nothing-checked');
  expect((await judge({})).exit).toBe(3);
  expect((await judge({ ...SOUND, 'b.yml': 'a: [' })).ids).toContain('core/unreadable-input');
});

/** The only finding of a rule with this detection, beside that it has no test. */
async function told(detection: string, head: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { findings } = await judge({ 'rule.yml': sigma(detection, head) });
  return findings
    .filter(({ ruleId }) => ruleId !== 'detect/untested')
    .map(({ ruleId, location, message }) => `${ruleId} ${location.line}:${location.column} ${message}`);
}

describe('a finding names the place and the reason', () => {
  it.each<readonly [string, string, string]>([
    ['a condition', '  s: {a: x}\n  condition: s and t\n', 'detect/broken-condition 9:14 there is no selection "t"'],
    [
      'a modifier',
      '  s:\n    a|contain: x\n  condition: s\n',
      'detect/broken-modifier 9:16 there is no modifier "contain"',
    ],
    [
      'a value of a list',
      "  s:\n    a|re: ['x', '(']\n  condition: s\n",
      'detect/broken-value 9:18 is no regular expression that can be run: error parsing regexp: missing closing ): `(`',
    ],
    [
      'a selection',
      '  s: {a: x}\n  t: {b: x}\n  condition: s\n',
      'detect/unused-selection 9:3 no condition uses the selection "t"',
    ],
    [
      'a placeholder',
      "  s: {'a|expand': '%x%'}\n  condition: s\n",
      'detect/unresolved-placeholder 8:20 nothing says what %x% stands for',
    ],
    [
      'a timeframe',
      '  s: {a: x}\n  timeframe: 5m\n  condition: s\n',
      'detect/unsupported 9:14 `timeframe` was replaced by correlation rules',
    ],
    [
      'only negations',
      '  s: {a: x}\n  condition: not s\n',
      'detect/matches-anything 9:14 matches an event that has none of its fields',
    ],
    [
      'a contradiction',
      '  s: {a: x}\n  t: {a: x}\n  condition: s and not t\n',
      'detect/never-matches 10:14 asks for something and for its contrary',
    ],
    [
      'all of them',
      '  s: {a: x}\n  t: {b: x}\n  condition: all of them\n',
      'detect/all-of-them 10:14 `all of them` also takes in what is added later, a filter for instance',
    ],
    [
      'of them with one',
      '  s: {a: x}\n  condition: 1 of them\n',
      'detect/of-them-with-one 9:14 `of them` with a single selection',
    ],
    [
      'null in a list',
      '  s: {a: [x, null], b: y}\n  condition: s\n',
      'detect/null-in-list 8:14 null within a list of values',
    ],
    [
      'a control character',
      '  s: {a: "x\\u0007"}\n  condition: s\n',
      'detect/control-character 8:11 a value holds a control character',
    ],
    [
      'a bare star',
      "  s: {a: '*', b: x}\n  condition: s\n",
      'detect/bare-wildcard 8:11 `*` alone asks whether the field is there and has a value',
    ],
    [
      'two stars',
      "  s: {a|contains: 'x**y'}\n  condition: s\n",
      'detect/double-wildcard 8:20 `**` means the same as `*`',
    ],
    [
      'stars for a modifier',
      "  s: {a: '*x'}\n  condition: s\n",
      'detect/wildcard-for-modifier 8:11 `*x` says `endswith` by wildcards',
    ],
  ])('%s', async (_what, detection, finding) => {
    expect(await told(detection)).toEqual([finding]);
  });

  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ['an id', { id: 'abc' }, 'detect/bad-id 2:5 "abc" is no UUID'],
    ['no id', { id: '' }, 'detect/bad-id 1:8 the rule has no id'],
    ['a level', { level: 'urgent' }, 'detect/bad-level 3:8 there is no level "urgent"'],
    ['a status', { status: 'beta' }, 'detect/bad-status 7:9 there is no status "beta"'],
    ['a date', { date: '2026/01/02' }, 'detect/bad-date 7:7 "2026/01/02" is no date'],
    [
      'an order of dates',
      { date: '2026-02-01', modified: '2026-01-01' },
      'detect/bad-date 8:11 was modified before it was written',
    ],
    ['no description', { description: '' }, 'detect/missing-metadata 1:8 says nothing of: description'],
  ])('%s', async (_what, head, finding) => {
    expect(await told('  s: {a: x}\n  condition: s\n', head)).toEqual([finding]);
  });
});

describe('several rules', () => {
  const other = (head: Readonly<Record<string, string>>, detection?: string): string =>
    sigma(detection, { title: 'Another', id: ID.replace(/1$/, '2'), ...head });

  it.each<readonly [string, string, string]>([
    ['the same id', other({ id: ID.toUpperCase() }, '  s: {b: x}\n  condition: s\n'), 'detect/duplicate-id'],
    ['the same title', other({ title: 'A rule' }, '  s: {b: x}\n  condition: s\n'), 'detect/duplicate-title'],
    [
      'the same logic, written otherwise',
      other({}, '  t:\n    - a: [X]\n  u: {a: x}\n  condition: u or t\n'),
      'detect/duplicate-logic',
    ],
  ])('with %s', async (_what, second, id) => {
    expect((await judge({ ...SOUND, 'second.yml': second })).ids).toContain(id);
  });

  it('with the same logic for other logs are two rules', async () => {
    expect((await judge({ ...SOUND, 'second.yml': other({ logsource: '{product: linux}' }) })).ids).toEqual([
      'detect/untested',
    ]);
  });

  const correlation = (rules: string, id = '3'): string =>
    `title: C${id}\nid: ${ID.replace(/1$/, id)}\nname: c${id}\nlevel: high\ndescription: x\nfalsepositives: [x]\ncorrelation: {type: temporal, rules: [${rules}], timespan: 5m}\n`;

  it('of which a correlation names one that is not there', async () => {
    const { findings } = await judge({ ...SOUND, 'c.yml': correlation('nobody') });
    expect(findings.map(({ ruleId, location, message }) => [ruleId, location.line, message])).toContainEqual([
      'detect/unknown-reference',
      7,
      'no rule is called "nobody"',
    ]);
  });

  it('of which a filter names one that is not there', async () => {
    const filter =
      'title: F\nid: 6f0c8a1e-0000-4000-8000-000000000009\nlogsource: {product: windows}\nfilter: {rules: [nobody], known: {b: z}, condition: not known}\n';
    const { findings } = await judge({ ...SOUND, 'f.yml': filter });
    expect(findings.map(({ ruleId, location, message }) => [ruleId, location.line, message])).toContainEqual([
      'detect/unknown-reference',
      4,
      'no rule is called "nobody"',
    ]);
  });

  it('of which correlations are made of each other', async () => {
    const { ids } = await judge({ 'c.yml': correlation('c4'), 'd.yml': correlation('c3', '4') });
    expect(ids.filter((id) => id === 'detect/cyclic-correlation')).toHaveLength(2);
  });

  it('of which filters change one: what a filter takes out, its tests say', async () => {
    const filter = `title: F\nid: ${ID.replace(/1$/, '9')}\nlogsource: {product: windows}\nfilter:\n  rules: [${ID}]\n  known: {b: z}\n  condition: not known\n`;
    const cases = [...PASSING, '{name: leaves z alone, expect: no-match, events: [{a: x, b: z}]}'];
    expect((await judge({ ...SOUND, 'rule.test.yaml': tests(cases) })).ids).toEqual(['detect/failing-test']);
    expect((await judge({ ...SOUND, 'rule.test.yaml': tests(cases), 'filter.yml': filter })).ids).toEqual([]);
  });
});

describe('tests', () => {
  const after = async (cases: readonly string[], ...args: readonly string[]): Promise<string[]> => {
    const { findings } = await judge({ 'rule.yml': sigma(), 'rule.test.yaml': tests(cases) }, ...args);
    return findings.map(({ ruleId, location, message }) => `${ruleId} ${location.path}:${location.line} ${message}`);
  };

  it.each<readonly [string, string]>([
    ['{name: n, expect: match, events: [{a: y}]}', '"n" should match, and does not'],
    ['{name: n, expect: no-match, events: [{a: x}, {a: x}]}', '"n" should not match, and 2 of its events do'],
    ['{name: n, expect: match, count: 2, events: [{a: x}]}', '"n" should match 2 times, and does 1 times'],
    [
      '{name: n, expect: match, within: PT5S, events: [{a: x}]}',
      '"n" should alert within PT5S, and its events have no time',
    ],
    [
      '{name: n, expect: match, within: PT5S, events: [{a: y, timestamp: "2026-01-01T00:00:00Z"}, {a: x, timestamp: "2026-01-01T00:00:06Z"}]}',
      '"n" should alert within PT5S, and takes 6 s',
    ],
  ])('that fail say what was expected: %s', async (failing, message) => {
    expect(await after([...PASSING, failing])).toEqual([`detect/failing-test rule.test.yaml:7 ${message}`]);
  });

  it('that are missing, or of one kind only', async () => {
    expect((await judge({ 'rule.yml': sigma() })).ids).toEqual(['detect/untested']);
    expect(await after(PASSING.slice(0, 1))).toEqual([
      'detect/too-few-cases rule.yml:1 has 0 cases that expect no-match, and needs 1',
    ]);
  });

  it('that are about no rule, or no test file', async () => {
    const { ids } = await judge({
      ...SOUND,
      'other.test.yaml': tests(PASSING, 'nobody', 'gone.yml'),
      'bad.test.yaml': tests(['{name: n}']),
    });
    expect(ids.toSorted()).toEqual(['detect/broken-test', 'detect/test-without-rule']);
  });

  it('that name another file than the rule is in, whose digest their record would have', async () => {
    const moved = { 'rule.yml': sigma(), 'rule.test.yaml': tests(PASSING, ID, 'old/rule.yml') };
    expect((await judge(moved)).findings).toMatchObject([
      { ruleId: 'detect/test-without-rule', message: 'the rule is not in old/rule.yml, but in rule.yml' },
    ]);
  });

  it('in several files count together, and prove a rule only where all pass and one shows a match', async () => {
    const [match = '', silent = ''] = PASSING;
    const proven = async (...cases: readonly string[]): Promise<unknown[]> => {
      const files = cases.map((each, index) => [`${index}.test.yaml`, tests([each])] as const);
      const { ids, metrics } = await judge({ 'rule.yml': sigma(), ...Object.fromEntries(files) });
      return [metrics.find(({ id }) => id === 'rules.proven')?.value, ...ids];
    };
    expect(await proven(match, silent)).toEqual([100]);
    expect(await proven(silent)).toEqual([0, 'detect/too-few-cases']);
    const failing = '{name: n, expect: match, events: [{a: y}]}';
    expect(await proven(match, silent, failing)).toEqual([0, 'detect/failing-test']);
  });

  it('of rules that are not judged now are left for later', async () => {
    const files = {
      'a/rule.yml': sigma(),
      'a/rule.test.yaml': tests(PASSING, ID, 'a/rule.yml'),
      'b/rule.yml': sigma('  s: {b: x}\n  condition: s\n', { id: ID.replace(/1$/, '2'), title: 'B' }),
    };
    expect((await judge(files, 'b')).ids).toEqual(['detect/untested']);
  });

  it('alert no later than recorded', async () => {
    const timeline = (second: number): string =>
      `{name: two, expect: match, events: [{a: x, timestamp: "2026-01-01T00:00:00Z"}, {a: x, timestamp: "2026-01-01T00:00:0${second}Z"}]}`;
    const several = (count: number): string =>
      `---\ntitle: Several\nid: ${ID.replace(/1$/, '2')}\nlevel: low\ndescription: Why.\nfalsepositives: [None]\ncorrelation: {type: event_count, rules: [${ID}], group-by: [a], timespan: 5m, condition: {gte: ${count}}}\n`;
    const record = (ms: number): string =>
      JSON.stringify({
        schema: 'helios/detection-test-record/v1',
        results: [
          {
            rule: ID.replace(/1$/, '2'),
            file: 'rule.yml',
            sha256: '0'.repeat(64),
            passed: 1,
            failed: 0,
            detectionMs: { two: ms },
          },
        ],
      });
    const files = {
      'helios.yaml':
        'version: 1\ngates: {detect: {tests: {record: record.json, noMatch: 0}, rules: {detect/untested: off}}}\n',
      'rule.yml': sigma() + several(2),
      'rule.test.yaml': tests([timeline(5)], ID.replace(/1$/, '2')),
    };
    expect((await judge({ ...files, 'record.json': record(5000) })).ids).toEqual([]);
    expect((await judge({ ...files, 'record.json': record(4000) })).findings).toMatchObject([
      {
        ruleId: 'detect/slower-detection',
        message: '"two" alerts after 5 s, and did so after 4 s',
        location: { line: 5 },
      },
    ]);
  });

  it('measure the time to detect, and hold it against its limit', async () => {
    const slow =
      '{name: slow, expect: match, events: [{a: y, timestamp: "2026-01-01T00:00:00Z"}, {a: x, timestamp: "2026-01-01T00:03:00Z"}]}';
    const { metrics } = await judge({ 'rule.yml': sigma(), 'rule.test.yaml': tests([...PASSING, slow]) });
    expect(metrics.at(-1)).toMatchObject({ id: 'detection.median', value: 180 });
  });
});
