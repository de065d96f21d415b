// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { compileRule, type TargetName } from '../../src/compile/compile.ts';
import type { CompileOptions } from '../../src/compile/options.ts';
import { NO_DATA, readRules } from './corpus.ts';
import { TARGET_NAMES } from './query.ts';

const CONTAINERS: Readonly<Partial<Record<TargetName, string>>> = { kql: 'T', logql: '{job="w"}' };

describe.skipIf(NO_DATA !== '')(`the public rules${NO_DATA}`, () => {
  const rules = NO_DATA === '' ? readRules() : [];

  /** How many have queries, and of the others how many have none for which reason. */
  function counted(options: CompileOptions): Readonly<Record<string, Readonly<Record<string, number>>>> {
    return Object.fromEntries(
      TARGET_NAMES.map((target) => {
        const counts: Record<string, number> = { compiled: 0 };
        for (const rule of rules) {
          const made = compileRule(rule, target, {
            ...(CONTAINERS[target] && { from: CONTAINERS[target] }),
            ...options,
          });
          const key = 'queries' in made ? 'compiled' : made.problem.construct;
          counts[key] = (counts[key] ?? 0) + 1;
        }
        return [target, counts];
      }),
    );
  }

  it('compile, or are refused for a reason, with the sources that are shipped', () => {
    expect(counted({})).toMatchInlineSnapshot(`
      {
        "clickhouse": {
          "compiled": 2397,
          "length": 1,
          "logsource": 743,
        },
        "duckdb": {
          "compiled": 2398,
          "logsource": 743,
        },
        "esql": {
          "compiled": 2384,
          "keyword": 11,
          "logsource": 743,
          "regex": 3,
        },
        "kql": {
          "compiled": 2307,
          "empty": 18,
          "fieldref": 3,
          "keyword": 11,
          "logsource": 743,
          "null": 59,
        },
        "logql": {
          "cidr": 17,
          "compiled": 2290,
          "empty": 18,
          "fieldref": 3,
          "keyword": 11,
          "length": 1,
          "logsource": 743,
          "null": 58,
        },
        "lucene": {
          "cidr": 17,
          "compiled": 2364,
          "fieldref": 3,
          "keyword": 11,
          "logsource": 743,
          "regex": 3,
        },
        "opensearch": {
          "cidr": 17,
          "compiled": 2360,
          "fieldref": 3,
          "keyword": 11,
          "length": 4,
          "logsource": 743,
          "regex": 3,
        },
        "splunk": {
          "compiled": 2387,
          "keyword": 11,
          "logsource": 743,
        },
      }
    `);
  });

  it('compile for nearly all where the store is described (Elastic: keywords, and folded)', () => {
    const fields = { '*': { name: '*', type: 'folded' } } as const;
    const described = { anySource: true, message: 'message', emptyIsMissing: true };
    expect(counted({ ...described, fields })['lucene']).toMatchInlineSnapshot(`
      {
        "case": 85,
        "cidr": 21,
        "compiled": 3031,
        "fieldref": 4,
      }
    `);
    expect(counted(described)).toMatchInlineSnapshot(`
      {
        "clickhouse": {
          "compiled": 3140,
          "length": 1,
        },
        "duckdb": {
          "compiled": 3141,
        },
        "esql": {
          "compiled": 3136,
          "regex": 5,
        },
        "kql": {
          "compiled": 3101,
          "empty": 40,
        },
        "logql": {
          "cidr": 20,
          "compiled": 3078,
          "empty": 38,
          "fieldref": 4,
          "length": 1,
        },
        "lucene": {
          "cidr": 21,
          "compiled": 3111,
          "fieldref": 4,
          "regex": 5,
        },
        "opensearch": {
          "cidr": 21,
          "compiled": 3107,
          "fieldref": 4,
          "length": 4,
          "regex": 5,
        },
        "splunk": {
          "compiled": 3141,
        },
      }
    `);
  });
});
