// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectionTestRecordSchema, type Issue, mergeIssues, readIssues, writeIssues } from '../../src/record/index.ts';
import { refusalOf } from '../input/refusal.ts';
import { plant } from '../input/tree.ts';

describe('a record of detection tests', () => {
  const result = { rule: 'r', file: 'a.yml', sha256: 'a'.repeat(64), passed: 2, failed: 0 };
  const takes = (more: object): boolean =>
    detectionTestRecordSchema.safeParse({
      schema: 'helios/detection-test-record/v1',
      results: [{ ...result, ...more }],
    }).success;

  it('says of which bytes of a rule how many tests passed and failed', () => {
    expect(takes({})).toBe(true);
  });

  it.each([{ passed: -1 }, { failed: 0.5 }, { sha256: 'abc' }, { skipped: 1 }, { passed: '2' }])(
    'is not %j',
    (more) => {
      expect(takes(more)).toBe(false);
    },
  );
});

const issue = (key: string, more: Partial<Issue> = {}): Issue => ({
  schema: 'helios/issue/v1',
  key,
  state: 'open',
  title: key,
  body: '',
  labels: [],
  ...more,
});

describe('a sink of issues', () => {
  it('opens what is new, brings up to date what is known, closes what nobody wants, leaves others alone', () => {
    const held = [issue('gap/b', { state: 'closed' }), issue('gap/c'), issue('other/x')];
    expect(mergeIssues(held, [issue('gap/a'), issue('gap/b', { title: 'again' })], 'gap/')).toEqual([
      issue('gap/a'),
      issue('gap/b', { title: 'again' }),
      issue('gap/c', { state: 'closed' }),
      issue('other/x'),
    ]);
  });

  it('is the same however often it is told', () => {
    const keys = fc.uniqueArray(fc.constantFrom('gap/a', 'gap/b', 'gap/c', 'x/y'), { maxLength: 4 });
    fc.assert(
      fc.property(keys, keys, (held, wanted) => {
        const issues = wanted.map((key) => issue(key, { body: 'new' }));
        const once = mergeIssues(
          held.map((key) => issue(key)),
          issues,
          'gap/',
        );
        expect(mergeIssues(once, issues, 'gap/')).toEqual(once);
      }),
      { numRuns: 1000 },
    );
  });

  it('is read back from its file as it was written, one issue a line', async () => {
    const file = join(plant(), 'issues.ndjson');
    expect(await readIssues(file)).toEqual([]);
    const issues = [issue('a', { title: 'line\nfeed \u2028' }), issue('b')];
    await writeIssues(file, issues);
    expect(await readIssues(file)).toEqual(issues);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3);
  });

  it('in which something else stands is refused with its line', async () => {
    const file = join(plant(), 'issues.ndjson');
    writeFileSync(file, `${JSON.stringify(issue('a'))}\n{"not": "an issue"}\n`);
    expect(await refusalOf(() => readIssues(file))).toBe(`config ${file}:2 is no issue that Helios wrote`);
  });
});
