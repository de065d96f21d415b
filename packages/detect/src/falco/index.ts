// SPDX-License-Identifier: Apache-2.0
export { compareRulesets } from './compare.ts';
export { parseCondition } from './condition/parse.ts';
export { createEgressLearner, egressBaselineSchema } from './egress/baseline.ts';
export { judgeEgress } from './egress/verdict.ts';
export type { Explanation } from './evaluate/explain.ts';
export { explainRule, makeFalcoJudge, matchesRule, outputOf } from './judge.ts';
export { loadRuleset, type LoadOptions, parseRulesFile, unreadableRulesFile } from './load.ts';
export type { Priority } from './rules/entry.ts';
export type { LoadCode, LoadIssue } from './rules/issue.ts';
export type { FalcoRule, Loaded, Ruleset } from './ruleset.ts';
