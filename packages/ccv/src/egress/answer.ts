// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Metric } from '@helios/core/gate';
import type { EgressOptions } from './options.ts';
import { type EgressAlert, summaryOf } from './record.ts';
import type { EgressRecords } from './shelf.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** An alert and how long it took until somebody had looked into it. */
export interface Answer {
  readonly alert: EgressAlert;
  /** Of its record. */
  readonly path: string;
  /** Minutes from the event to its triage, ingestion lag included; to `asOf` where there is none yet (right-censored). */
  readonly minutes: number;
  /** Minutes from the event until the log took it in. */
  readonly lag: number;
  readonly triaged: boolean;
}

/** What became of each alert of the last days, the earliest first. Of several triages the first counts. */
export function answersOf({ alerts, triages }: EgressRecords, days: number, asOf: Date): Answer[] {
  const now = asOf.getTime();
  const triagedAt = new Map<string, number>();
  for (const { record } of triages) {
    const at = Date.parse(record.at);
    if (at <= now) triagedAt.set(record.alert, Math.min(triagedAt.get(record.alert) ?? Infinity, at));
  }
  const earliest = new Map<string, (typeof alerts)[number]>();
  for (const each of alerts) {
    const held = earliest.get(each.record.id);
    const at = Date.parse(each.record.at);
    if (at > now || at < now - days * DAY || (held && !isBefore(each, held))) continue;
    earliest.set(each.record.id, each);
  }
  return [...earliest.values()]
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
    .map(({ record: alert, path }) => {
      const at = Date.parse(alert.at);
      const triaged = triagedAt.get(alert.id);
      const lag = alert.observed === undefined ? 0 : Math.max(0, Date.parse(alert.observed) - at) / MINUTE;
      return { alert, path, lag, minutes: Math.max(0, (triaged ?? now) - at) / MINUTE, triaged: triaged !== undefined };
    });
}

type Shelved = EgressRecords['alerts'][number];

/** By time, then by what is left to tell them apart: two sources may tell of the same. */
function isBefore(a: Shelved, b: Shelved): boolean {
  return a.record.at === b.record.at ? a.path < b.path : Date.parse(a.record.at) < Date.parse(b.record.at);
}

export function judgeTriage(answers: readonly Answer[], { triage }: EgressOptions): FindingDraft[] {
  return answers
    .filter(({ minutes }) => minutes > triage)
    .map(({ alert, path, minutes, lag, triaged }) => {
      const took = triaged
        ? `it took ${rounded(minutes)} min until somebody had looked`
        : `nobody has looked for ${rounded(minutes)} min`;
      const slow = lag >= 1 ? `, ${rounded(lag)} of them until the log had it` : '';
      const message = `${summaryOf(alert)}: ${took}${slow}; ${triage} min are allowed`;
      return { ruleId: 'ccv/late-egress-triage', path, subject: alert.workload, matched: alert.id, message };
    });
}

export function triageMetrics(answers: readonly Answer[], { triage }: EgressOptions): Metric[] {
  if (answers.length === 0) return [];
  const late = answers.filter(({ minutes }) => minutes > triage);
  const longest = (values: readonly number[]): number =>
    rounded(values.reduce((most, each) => Math.max(most, each), 0));
  return [
    {
      id: 'egress.triage',
      title: 'longest time from egress to triage, with alerts that still wait',
      value: longest(answers.map(({ minutes }) => minutes)),
      unit: 'min',
      threshold: { atMost: triage },
      sample: { hits: answers.length - late.length, of: answers.length },
    },
    {
      id: 'egress.lag',
      title: 'longest time from egress until its log had it',
      value: longest(answers.map(({ lag }) => lag)),
      unit: 'min',
    },
  ];
}

/** Up, so that what is over a limit never looks as if it were on it. */
function rounded(minutes: number): number {
  return Math.ceil(minutes * 10) / 10;
}
