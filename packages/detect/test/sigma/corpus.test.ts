// SPDX-License-Identifier: Apache-2.0
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '@helios/core/input';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { leavesOf } from '../../src/sigma/expression.ts';
import { parseRule } from '../../src/sigma/parse.ts';
import { NO_SHARED, SHARED } from '../stage.ts';

function timeOf(pattern: RE2JS, text: string): number {
  const started = performance.now();
  pattern.matcher(text).find();
  return performance.now() - started;
}

describe.skipIf(NO_SHARED !== '')(`the public Sigma rules${NO_SHARED}`, () => {
  const root = join(SHARED, 'sigma', 'rules');
  const documents =
    NO_SHARED === ''
      ? globSync('**/*.yml', { cwd: root }).flatMap((path) => parseYaml(path, readFileSync(join(root, path), 'utf8')))
      : [];
  const parsed = documents.map((document) => parseRule(document));
  const rules = parsed.flatMap((each) => ('rule' in each ? [each.rule] : []));

  it('all 3,141 mean something', () => {
    expect(parsed.filter((each) => 'problem' in each)).toEqual([]);
    expect(rules).toHaveLength(3141);
  });

  it('have patterns that take less than 100 ms for a hostile text of 100 kB each', () => {
    const leaves = rules.flatMap(({ expressions }) => expressions.flatMap(leavesOf));
    const patterns = [...new Set(leaves.flatMap(({ test }) => (test.is === 'regex' ? [test.source] : [])))];
    expect(patterns.length).toBeGreaterThan(100);
    for (const source of patterns) {
      const pattern = RE2JS.compile(source);
      for (const text of [
        'a'.repeat(100_000),
        ' -a'.repeat(33_000),
        source
          .replaceAll(/[^\w ]/g, '')
          .slice(0, 50)
          .repeat(2000)
          .slice(0, 100_000),
      ]) {
        // The better of two: this machine may be busy.
        expect(Math.min(timeOf(pattern, text), timeOf(pattern, text)), source).toBeLessThan(100);
      }
    }
  });
});
