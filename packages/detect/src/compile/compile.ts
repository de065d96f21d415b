// SPDX-License-Identifier: Apache-2.0
import { and, type Leaf, leavesOf, or } from '../sigma/expression.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import { CLICKHOUSE, writeClickhouse } from './clickhouse.ts';
import { DUCKDB, writeDuckdb } from './duckdb.ts';
import { writeEsql } from './esql.ts';
import { writeKql } from './kql.ts';
import { writeLogql } from './logql.ts';
import { writeLucene, writeOpensearch } from './lucene.ts';
import type { CompileOptions } from './options.ts';
import { type CompileProblem, Refusal, refuse } from './problem.ts';
import type { Search } from './search.ts';
import { placeOf } from './source.ts';
import { writeSplunk } from './splunk.ts';
import { type SqlCondition, sqlCondition, type SqlDialect, type SqlNames } from './sql.ts';

/** Every language that rules can be compiled to, by its name. */
export const TARGETS = {
  splunk: writeSplunk,
  lucene: writeLucene,
  opensearch: writeOpensearch,
  esql: writeEsql,
  kql: writeKql,
  logql: writeLogql,
  duckdb: writeDuckdb,
  clickhouse: writeClickhouse,
} as const satisfies Readonly<Record<string, (search: Search, options: CompileOptions) => string>>;

export type TargetName = keyof typeof TARGETS;

/** One query for each condition of the rule, or why there is none: never both, and never some. */
export type Compiled = { readonly queries: readonly string[] } | { readonly problem: CompileProblem };

/**
 * Writes a rule as queries with the meaning it has in `matchAll`, among the events that its logsource is about. What a
 * target cannot say is refused by name. What a store does not keep (the difference between null and missing, or between
 * one value and a list of one) no query can ask back: each target says what it takes for given.
 */
export function compileRule(rule: SigmaRule, target: TargetName, options: CompileOptions = {}): Compiled {
  return refusing(target, () => {
    const { from, where } = placeOf(rule, options);
    const queries = rule.expressions.map((expression, index) => {
      const asked = where ? and([where, expression]) : expression;
      for (const leaf of leavesOf(asked)) checkCharacters(leaf, target);
      const at = rule.conditions[index]?.at ?? ['detection', 'condition'];
      return TARGETS[target]({ expression: asked, at, ...(from !== undefined && { from }) }, options);
    });
    return { queries };
  });
}

/** The targets that a hunt can run itself. */
export const SQL_TARGETS = { duckdb: DUCKDB, clickhouse: CLICKHOUSE } as const satisfies Partial<
  Readonly<Record<TargetName, SqlDialect>>
>;

export type SqlTargetName = keyof typeof SQL_TARGETS;

/** The same as one condition over events in JSON of which it is known already that the rule is about them. */
export function compileCondition(
  rule: SigmaRule,
  target: SqlTargetName,
  names: SqlNames,
): { readonly condition: SqlCondition } | { readonly problem: CompileProblem } {
  return refusing(target, () => {
    const expression = or(rule.expressions);
    for (const leaf of leavesOf(expression)) checkCharacters(leaf, target);
    return { condition: sqlCondition(expression, SQL_TARGETS[target], names) };
  });
}

/** Runs what writes a query, up to where a target cannot say something. */
export function refusing<T>(target: TargetName, write: () => T): T | { readonly problem: CompileProblem } {
  try {
    return write();
  } catch (thrown) {
    if (thrown instanceof Refusal) return { problem: { target, ...thrown.problem } };
    throw thrown;
  }
}

/** Those whose literals can say NUL by an escape. */
const NUL: ReadonlySet<TargetName> = new Set(['clickhouse', 'logql']);

/** Half a surrogate pair has no UTF-8, and NUL ends the text of a query in some programs. */
function checkCharacters({ field = '', test, at }: Leaf, target: TargetName): void {
  const texts = [field];
  if (test.is === 'text') texts.push(...test.text.filter((part) => typeof part === 'string'));
  if (test.is === 'regex') texts.push(test.source);
  if (test.is === 'field') texts.push(test.other);
  for (const text of texts) {
    if (!text.isWellFormed()) refuse('character', 'the text has half a surrogate pair, which is no character', at);
    if (text.includes('\0') && !NUL.has(target))
      refuse('character', `a query of ${target} cannot hold the character NUL`, at);
  }
  if (/[\0-\x1f\x7f]/.test(field)) refuse('name', 'the name of the field has control characters', at);
}
