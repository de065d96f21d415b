// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Ruleset } from '../ruleset.ts';
import { draftAt } from './draft.ts';
import { titleOf } from './metadata.ts';

/** Levels that somebody is woken for. */
const URGENT: ReadonlySet<unknown> = new Set(['high', 'critical']);

/**
 * Whether whoever gets an alert finds what to do. A rule names its runbook under `runbook`, a key of its own, by the
 * path from the root or a link; `runbooks` are the files that there are.
 */
export function* judgeRunbooks({ rules, correlations }: Ruleset, runbooks: readonly string[]): Generator<FindingDraft> {
  for (const { place, written } of [...rules, ...correlations]) {
    const { runbook, level } = written;
    const title = titleOf(written);
    if (runbook === undefined) {
      if (URGENT.has(level))
        yield draftAt(
          'detect/no-runbook',
          place,
          ['title'],
          title,
          `nothing says what to do when this ${String(level)} alert comes`,
        );
    } else if (
      typeof runbook !== 'string' ||
      !(runbook.startsWith('https://') || runbooks.includes(runbook.split('#')[0] ?? ''))
    )
      yield draftAt(
        'detect/dead-runbook',
        place,
        ['runbook'],
        title,
        `there is no runbook ${JSON.stringify(runbook)}`,
        {
          matched: JSON.stringify(runbook),
        },
      );
  }
}
