// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@helios/core/input';
import { type Compiled, compileRule, type TargetName, TARGETS } from '../../src/compile/compile.ts';
import type { CompileOptions } from '../../src/compile/options.ts';
import { parseRule } from '../../src/sigma/parse.ts';
import type { SigmaRule } from '../../src/sigma/rule.ts';

export const TARGET_NAMES = Object.keys(TARGETS) as TargetName[];

/** A rule whose detection is given as an object, or as YAML. */
export function ruleOf(
  detection: unknown,
  logsource: Readonly<Record<string, string>> = { product: 'test' },
): SigmaRule {
  const read = typeof detection === 'string' ? parseYaml('test', detection)[0] : detection;
  const parsed = parseRule({ title: 'T', logsource, detection: read });
  if ('problem' in parsed) throw new Error(`${parsed.problem.kind}: ${parsed.problem.message}`);
  return parsed.rule;
}

/** A rule of one selection, `{key: value}`. */
export function selectionOf(selection: unknown, condition = 's'): SigmaRule {
  return ruleOf({ s: selection, condition });
}

const CONTAINERS: Readonly<Partial<Record<TargetName, string>>> = { kql: 'T', logql: '{job="w"}' };

export function compiledFor(rule: SigmaRule, target: TargetName, options: CompileOptions = {}): Compiled {
  const from = CONTAINERS[target];
  return compileRule(rule, target, { anySource: true, ...(from !== undefined && { from }), ...options });
}

/** The one query of a rule, or `construct: message at place` where there is none. */
export function queryFor(rule: SigmaRule, target: TargetName, options: CompileOptions = {}): string {
  const compiled = compiledFor(rule, target, options);
  if ('problem' in compiled) {
    const { construct, message, at } = compiled.problem;
    return `refused: ${construct}: ${message} at ${at.join('/')}`;
  }
  return compiled.queries.join('\n\n');
}

/** What comes before the condition, which is the same in each query. */
const BEFORE: Readonly<Partial<Record<TargetName, RegExp>>> = {
  splunk: /^index=\*(?: |\n\| )/,
  esql: /^FROM logs-\*\n\| WHERE /,
  kql: /^T\n\| where /,
  logql: /^\{job="w"\} \| json \| /,
  duckdb: /^[^]*\nWHERE /,
  clickhouse: /^[^]*\nWHERE /,
};

export function conditionFor(rule: SigmaRule, target: TargetName, options: CompileOptions = {}): string {
  return queryFor(rule, target, options).replace(BEFORE[target] ?? '', '');
}
