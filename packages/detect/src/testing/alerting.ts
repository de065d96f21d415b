// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import { titleOf } from '../lint/metadata.ts';
import type { Place } from '../ruleset.ts';
import type { Detections } from './run.ts';

/** A rule that alerts by itself. */
interface Alerting {
  readonly id: string;
  readonly title: string;
  readonly place: Place;
  /** Where it is named. */
  readonly at: Pointer;
}

/** What should be tested: parts of correlations are tested through these, and disabled rules never alert. */
export function alertingRules({ set: { rules, correlations }, falco }: Detections): Alerting[] {
  const parts = new Set(correlations.flatMap(({ correlation }) => correlation.rules.map(({ reference }) => reference)));
  // What is informational never alerts by itself (Sigma rules specification 2.1.0, level), whatever `generate` says.
  const isPart = ({ id, name = '', level }: Sigma): boolean =>
    level === 'informational' && (parts.has(id) || parts.has(name));
  const sigma = [
    ...rules.map(({ rule, ...at }) => ({ sigma: rule as Sigma, ...at })),
    ...correlations.map(({ correlation, ...at }) => ({ sigma: correlation as Sigma, ...at })),
  ];
  return [
    ...sigma
      .filter((each) => !isPart(each.sigma))
      .map(({ sigma: { id }, place, written }) => ({ id, title: titleOf(written), place, at: ['title'] })),
    ...falco.rules
      .filter(({ enabled }) => enabled)
      .map(({ name, place: { path, at } }) => ({
        id: name,
        title: name,
        place: { path, document: at.document ?? 0 },
        at: [...at.pointer, 'rule'],
      })),
  ];
}

interface Sigma {
  readonly id: string;
  readonly name?: string;
  readonly level?: string;
}
