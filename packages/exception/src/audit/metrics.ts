// SPDX-License-Identifier: Apache-2.0
import type { Metric } from '@helios/core/gate';
import { isInEffect } from '../lifecycle/state.ts';
import { isUnsettled, type Surveyed } from './survey.ts';

/** The audit states, each run; what should not be is held to none. */
export function auditMetrics(surveyed: readonly Surveyed[], broken: number, least: number): Metric[] {
  const count = (test: (one: Surveyed) => boolean): number => surveyed.filter(test).length;
  const metric = (id: string, title: string, value: number, none: boolean): Metric => ({
    id: `state.${id}`,
    title,
    value,
    unit: 'exceptions',
    ...(none && { threshold: { atMost: 0 } }),
  });
  const { closed, of } = autoClosed(surveyed);
  return [
    metric(
      'active',
      'In effect',
      count(({ state }) => isInEffect(state)),
      false,
    ),
    metric(
      'warned',
      'About to expire',
      count(({ state }) => state === 'warned'),
      false,
    ),
    metric('expired', 'Expired, and nobody decided', count(isUnsettled), true),
    metric(
      'stale',
      'Stale: should be gone',
      count(({ flaw }) => flaw === 'stale'),
      true,
    ),
    metric(
      'ineffective',
      'In effect without effect',
      count(({ flaw }) => flaw === 'ineffective'),
      true,
    ),
    metric(
      'unused',
      'Unused in the last runs',
      count(({ flaw }) => flaw === 'unused'),
      false,
    ),
    metric('invalid', 'Invalid', broken + count(({ state }) => state === 'invalid'), true),
    {
      id: 'closed.automatically',
      title: 'Closed by themselves when green',
      value: of === 0 ? 100 : Math.floor((closed * 1000) / of) / 10,
      unit: '%',
      threshold: { atLeast: least },
      sample: { hits: closed, of },
    },
  ];
}

/** Of those whose cause was shown to be gone: how many the runner closed. It missed those that are stale. */
function autoClosed(surveyed: readonly Surveyed[]): { readonly closed: number; readonly of: number } {
  const because = surveyed.map(({ entry }) => entry.exception.end?.because);
  const closed = because.filter((reason) => reason === 'rule-green' || reason === 'control-pass').length;
  return { closed, of: closed + surveyed.filter(({ flaw }) => flaw === 'stale').length };
}
