// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { order } from '../correlation/correlate.ts';
import { isCalled } from '../correlation/correlation.ts';
import type { Ruleset } from '../ruleset.ts';
import type { ProblemKind } from '../sigma/problem.ts';
import { draftAt } from './draft.ts';
import { titleOf } from './metadata.ts';

const RULE_OF: Readonly<Record<ProblemKind, string>> = {
  structure: 'detect/broken-structure',
  condition: 'detect/broken-condition',
  modifier: 'detect/broken-modifier',
  value: 'detect/broken-value',
  placeholder: 'detect/unresolved-placeholder',
  unsupported: 'detect/unsupported',
};

/** Rules that cannot be run, correlations that can never alert, and filters of rules that are not there. */
export function* judgeProblems({ problems, rules, correlations, filters }: Ruleset): Generator<FindingDraft> {
  for (const { problem, place, written } of problems) {
    const { kind, at, message, remedy } = problem;
    yield draftAt(RULE_OF[kind], place, at, titleOf(written), message, remedy === undefined ? {} : { remedy });
  }
  const all = correlations.map(({ correlation }) => correlation);
  const sound = new Set(order(all));
  for (const { correlation, place } of correlations) {
    for (const { reference, at } of correlation.rules) {
      const known = [...rules.map(({ rule }) => rule), ...all].some((each) => isCalled(each, reference));
      if (!known)
        yield draftAt('detect/unknown-reference', place, at, correlation.title, `no rule is called "${reference}"`, {
          matched: reference,
        });
    }
    if (!sound.has(correlation))
      yield draftAt(
        'detect/cyclic-correlation',
        place,
        ['correlation', 'rules'],
        correlation.title,
        'is made of correlations that are made of it',
      );
  }
  for (const { filter, place } of filters) {
    for (const reference of filter.rules ?? []) {
      if (rules.some(({ rule }) => isCalled(rule, reference))) continue;
      yield draftAt(
        'detect/unknown-reference',
        place,
        ['filter', 'rules'],
        filter.title,
        `no rule is called "${reference}"`,
        {
          matched: reference,
        },
      );
    }
  }
}
