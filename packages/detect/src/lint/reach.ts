// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft, Pointer } from '@helios/core/finding';
import type { Ruleset } from '../ruleset.ts';
import { type Expression, type Leaf, leavesOf, or } from '../sigma/expression.ts';
import { compileMatcher } from '../sigma/match.ts';
import { formatText } from '../sigma/text.ts';
import { EventView } from '../sigma/view.ts';
import { conflictsIn } from './conflict.ts';
import { draftAt } from './draft.ts';
import { repeatedIn } from './meaning.ts';
import { type IdlePart, judgeExpression, type Verdict } from './reason/verdict.ts';

/** Whether a rule can be met at all, or is met by anything, and what of it makes no difference. */
export function* judgeReach({ rules }: Ruleset): Generator<FindingDraft> {
  for (const { rule, place } of rules) {
    const verdicts = rule.expressions.map(judgeExpression);
    const always = verdicts.some((verdict) => verdict.always);
    const whole = rule.conditions[0]?.at ?? ['detection'];
    if (!always && compileMatcher(or(rule.expressions))(EMPTY))
      yield draftAt(
        'detect/matches-anything',
        place,
        whole,
        rule.title,
        'matches an event that has none of its fields',
      );
    for (const [index, expression] of rule.expressions.entries()) {
      const condition = rule.conditions[index]?.at ?? whole;
      for (const { ruleId, at, message, matched } of problemsOf(expression, verdicts[index] ?? { idle: [] }, condition))
        yield draftAt(ruleId, place, at, rule.title, message, matched === undefined ? {} : { matched });
    }
  }
}

const EMPTY = new EventView({ fields: {}, logsources: [], at: { file: '', record: 0 } });

interface ReachProblem {
  readonly ruleId: string;
  readonly at: Pointer;
  readonly message: string;
  readonly matched?: string;
}

function* problemsOf(expression: Expression, verdict: Verdict, condition: Pointer): Generator<ReachProblem> {
  if (verdict.always) yield { ruleId: 'detect/always-matches', at: condition, message: 'every event meets this' };
  if (verdict.never === 'any event')
    yield { ruleId: 'detect/never-matches', at: condition, message: 'asks for something and for its contrary' };
  const told = new Set<Leaf>();
  const conflicts = verdict.never === 'any event' ? [] : [...conflictsIn(expression)];
  for (const { field, left, right } of conflicts) {
    told.add(right);
    const message = `${field} is asked to be ${valueOf(left)} and ${valueOf(right)}`;
    yield { ruleId: 'detect/conflicting-values', at: right.at, message, matched: field };
  }
  if (verdict.never === 'single values' && conflicts.length === 0) {
    const message = 'no event meets this whose fields hold one value each';
    yield { ruleId: 'detect/conflicting-values', at: condition, message };
  }
  for (const leaf of repeatedIn(expression)) {
    told.add(leaf);
    const message = `this is asked of ${leaf.field ?? 'the event'} in another selection that must match as well`;
    yield { ruleId: 'detect/repeated-question', at: leaf.at, message, matched: String(leaf.at[1]) };
  }
  const idle = verdict.idle.filter(({ part }) => !leavesOf(part.of).some((leaf) => told.has(leaf)));
  for (const [first, ...more] of Map.groupBy(idle, listOf).values()) if (first) yield idleProblem(first, more.length);
}

/** Values of one list are told together: some hold hundreds. */
function listOf({ part, kind, extent }: IdlePart): string {
  const at = leavesOf(part.of)[0]?.at ?? [];
  return JSON.stringify([kind, extent, part.is === 'literal' && typeof at.at(-1) === 'number' ? at.slice(0, -1) : at]);
}

const IDLE = {
  dead: ['detect/dead-part', 'cannot be met where the rest of the condition is'],
  covered: ['detect/idle-part', 'is only met where another alternative is'],
  certain: ['detect/idle-part', 'is met wherever the rest of the condition is'],
  filter: ['detect/idle-filter', 'takes out nothing that the rest of the condition lets through'],
} as const satisfies Record<IdlePart['kind'], readonly [string, string]>;

function idleProblem({ part, kind, extent, beside }: IdlePart, more: number): ReachProblem {
  const [ruleId, what] = IDLE[kind];
  const [first] = leavesOf(part.of);
  const name = part.is === 'literal' ? askedBy(part.of) : nameOf(leavesOf(part.of));
  const compared = `; compare ${askedBy(beside)} in "${String(beside.at[1])}"`;
  const unless = extent === 'any event' ? '' : ', unless a field holds a list';
  const rest = more === 0 ? '' : `; so it is with ${more} others of the list`;
  return { ruleId, at: first?.at ?? [], message: `${name} ${what}${unless}${compared}${rest}`, matched: name };
}

/** Of a selection, of one item of it, or of several selections. */
function nameOf(leaves: readonly Leaf[]): string {
  const names = [...new Set(leaves.map(({ at }) => `"${String(at[1])}"`))];
  const isItem = names.length === 1 && leaves.every(({ at }) => at[2] === leaves[0]?.at[2]);
  return `${isItem ? 'a part of ' : ''}${names.join(' or ')}`;
}

function askedBy(leaf: Leaf): string {
  return `${leaf.field ?? 'keyword'} ${valueOf(leaf)}`;
}

function valueOf({ test }: Leaf): string {
  if (test.is === 'text') return `"${formatText(test.text)}"`;
  if (test.is === 'compare') return `${test.operator} ${test.value}`;
  if (test.is === 'cidr') return test.network;
  return test.is === 'regex' ? `"${test.source}"` : test.is;
}
