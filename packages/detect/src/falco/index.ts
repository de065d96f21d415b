// SPDX-License-Identifier: Apache-2.0
export { compareRulesets, type Grade, type RulesetChange, type RulesetComparison } from './compare.ts';
export { parseCondition } from './condition/parse.ts';
export { ConditionError } from './condition/scanner.ts';
export { type EgressBaseline, egressBaselineSchema, type EgressPrefix, learnEgress } from './egress/baseline.ts';
export { type EgressThreshold, type EgressVerdict, judgeEgress } from './egress/verdict.ts';
export type { Explanation } from './evaluate/explain.ts';
export { explainRule, type FalcoJudge, makeFalcoJudge, matchesRule, outputOf, sourceOf } from './judge.ts';
export {
  ENGINE_VERSION,
  loadRuleset,
  type LoadOptions,
  parseRulesFile,
  type RulesFile,
  unreadableRulesFile,
} from './load.ts';
export { PRIORITIES, type Priority } from './rules/entry.ts';
export { LOAD_CODES, type LoadCode, type LoadIssue } from './rules/issue.ts';
export type { Extension } from './rules/read.ts';
export type { FalcoList, FalcoMacro, FalcoRule, Loaded, Ruleset } from './ruleset.ts';
