// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Ruleset } from '../ruleset.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import { draftAt } from './draft.ts';

/** `1 of` and `all of` that take in more, or fewer, selections than it looks. */
export function* judgeConditions({ rules }: Ruleset): Generator<FindingDraft> {
  for (const { rule, place } of rules) {
    for (const { text, at } of rule.conditions) {
      for (const { ruleId, message, matched } of problemsOf(text, rule))
        yield draftAt(ruleId, place, at, rule.title, message, { matched });
    }
  }
}

interface ConditionProblem {
  readonly ruleId: string;
  readonly message: string;
  readonly matched: string;
}

function* problemsOf(condition: string, { selections }: SigmaRule): Generator<ConditionProblem> {
  for (const [matched, quantity = '', pattern = ''] of condition.matchAll(/\b(all|any|1)\s+of\s+([\w*.-]+)/gi)) {
    const isThem = pattern.toLowerCase() === 'them';
    if (isThem && quantity.toLowerCase() === 'all')
      yield {
        ruleId: 'detect/all-of-them',
        message: '`all of them` also takes in what is added later, a filter for instance',
        matched,
      };
    else if (isThem && selections.size === 1)
      yield { ruleId: 'detect/of-them-with-one', message: '`of them` with a single selection', matched };
    else if (isLonely(pattern, selections))
      yield { ruleId: 'detect/of-pattern-with-one', message: `\`${matched}\` takes in a single selection`, matched };
    else if (!isThem && !pattern.includes('*'))
      yield { ruleId: 'detect/missing-asterisk', message: asteriskMessage(matched, pattern, selections), matched };
  }
}

/** Of filters and selections that are numbered, more are to come; what is named by hand is told where it is alone. */
function isLonely(pattern: string, selections: SigmaRule['selections']): boolean {
  if (!/^[\w.-]+_\*$/.test(pattern) || /^(?:filter|selection)_/.test(pattern)) return false;
  return [...selections.keys()].filter((name) => name.startsWith(pattern.slice(0, -1))).length === 1;
}

function asteriskMessage(matched: string, pattern: string, selections: SigmaRule['selections']): string {
  const left = [...selections.keys()].filter((name) => name !== pattern && name.startsWith(pattern));
  const rest = left.length === 0 ? '' : `, and leaves out ${left.join(', ')}`;
  return `\`${matched}\` is of one selection${rest}`;
}
