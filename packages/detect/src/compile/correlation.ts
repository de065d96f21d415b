// SPDX-License-Identifier: Apache-2.0
import { type Correlation, isCalled } from '../correlation/correlation.ts';
import { order } from '../correlation/correlate.ts';
import { mayTurn } from '../correlation/window.ts';
import { or } from '../sigma/expression.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import { type Compiled, compileRule, refusing, SQL_TARGETS, type SqlTargetName, type TargetName } from './compile.ts';
import type { CompileOptions } from './options.ts';
import { refuse } from './problem.ts';
import { type Counted, writeSqlCorrelation } from './sql-correlation.ts';

/** What correlations can refer to. */
export interface Referables {
  readonly rules: readonly SigmaRule[];
  readonly correlations: readonly Correlation[];
}

/** All matches of the rule that is at this place, as a query; with its time and what orders those of the same time. */
export type MatchesOf = (rule: SigmaRule, place: number) => Counted['of'] & { readonly is: 'matches' };

/** Writes a correlation, with the rules that it counts, as one query. Only SQL can say its windows as the engine slides them. */
export function compileCorrelation(
  correlation: Correlation,
  set: Referables,
  target: TargetName,
  options: CompileOptions,
): Compiled {
  return refusing(target, () => {
    const sql = (Object.keys(SQL_TARGETS) as SqlTargetName[]).find((each) => each === target);
    if (!sql)
      return refuse(
        'correlation',
        'it counts in other windows than those that slide over the times of events',
        ['correlation'],
        'Compile it to duckdb or clickhouse, or run it by `sec-detect run`.',
      );
    const { time, order: tie = '0' } = options;
    if (time === undefined)
      return refuse('correlation', 'nothing says when an event was', ['correlation'], 'Give its time in the settings.');
    const matchesOf: MatchesOf = (rule) => {
      const whole = { ...rule, expressions: [or(rule.expressions)] };
      const compiled = compileRule(whole, target, options);
      if ('problem' in compiled) {
        const { construct, message, remedy } = compiled.problem;
        return refuse(construct, `${rule.title}: ${message}`, ['correlation', 'rules'], remedy);
      }
      return { is: 'matches', query: compiled.queries.join(''), time, order: tie };
    };
    return { queries: [writeAlerts(correlation, set, sql, matchesOf, options)] };
  });
}

/** The same over matches that are there already. */
export function compileAlerts(
  correlation: Correlation,
  set: Referables,
  target: SqlTargetName,
  matchesOf: MatchesOf,
): Compiled {
  return refusing(target, () => ({ queries: [writeAlerts(correlation, set, target, matchesOf, {})] }));
}

function writeAlerts(
  correlation: Correlation,
  set: Referables,
  target: SqlTargetName,
  matchesOf: MatchesOf,
  options: CompileOptions,
): string {
  const sound = order(set.correlations);
  if (!sound.includes(correlation)) refuse('correlation', 'it is made of itself', ['correlation', 'rules']);
  const place = (referable: { readonly id: string; readonly name?: string }): number =>
    correlation.rules.findIndex(({ reference }) => isCalled(referable, reference));
  const rules = set.rules.flatMap((rule, index): Counted[] => {
    const { id, name } = rule;
    const as = place(rule);
    if (as < 0) return [];
    return [{ id, ...(name !== undefined && { name }), as, place: index, of: matchesOf(rule, index) }];
  });
  const inner = sound.flatMap((each): Counted[] => {
    const { id, name, groupBy } = each;
    const as = place(each);
    if (as < 0) return [];
    if (mayTurn(each))
      refuse('correlation', `${each.title} is only known when its window is over`, ['correlation', 'rules', as]);
    const query = writeAlerts(each, set, target, matchesOf, options);
    const of = { is: 'alerts', query, groupBy, depth: depthOf(each, sound) } as const;
    return [{ id, ...(name !== undefined && { name }), as, place: 0, of }];
  });
  for (const [index, { reference }] of correlation.rules.entries()) {
    if (![...rules, ...inner].some(({ as }) => as === index))
      refuse('correlation', `no rule is called ${reference}`, ['correlation', 'rules', index]);
  }
  return writeSqlCorrelation(
    correlation,
    [...inner, ...rules],
    SQL_TARGETS[target],
    options,
    depthOf(correlation, sound),
  );
}

/** 1 where it counts rules only. */
function depthOf(correlation: Correlation, all: readonly Correlation[]): number {
  const inner = all.filter((each) => correlation.rules.some(({ reference }) => isCalled(each, reference)));
  return 1 + Math.max(0, ...inner.map((each) => depthOf(each, all)));
}
