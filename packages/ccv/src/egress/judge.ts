// SPDX-License-Identifier: Apache-2.0
import type { Anchor, FindingDraft } from '@helios/core/finding';
import type { Evaluation } from '@helios/core/gate';
import { type Answer, answersOf, judgeTriage, triageMetrics } from './answer.ts';
import { isReviewed } from './baseline.ts';
import { accountOf, type Destination } from './destination.ts';
import type { EgressInputs } from './load.ts';
import type { EgressOptions } from './options.ts';
import { ownerOf } from './owner.ts';
import type { EgressWatch } from './record.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Egress as of a moment: what was recorded after it is not there yet. */
export function judgeEgress(
  inputs: EgressInputs | undefined,
  options: EgressOptions | undefined,
  asOf: Date,
): Evaluation {
  if (!inputs || !options) return { findings: [], metrics: [], checked: 0 };
  const answers = answersOf(inputs, options.days, asOf);
  const findings = [
    ...judgeOwners(inputs, answers),
    ...judgeTriage(answers, options),
    ...judgeBaseline(inputs, options, asOf),
    ...judgeStorage(inputs, answers),
    ...judgeSources(inputs, options, asOf),
  ];
  const checked = answers.length + Object.keys(inputs.settings.sources).length;
  return { findings, metrics: triageMetrics(answers, options), checked };
}

function judgeOwners({ settings }: EgressInputs, answers: readonly Answer[]): FindingDraft[] {
  const workloads = new Map(answers.map(({ alert, path }) => [alert.workload, path]));
  return [...workloads]
    .filter(([workload]) => ownerOf(settings, workload) === undefined)
    .map(([workload, path]) => {
      const message = `nobody owns the alerts of ${workload}`;
      return { ruleId: 'ccv/unowned-egress-alert', path, subject: workload, message };
    });
}

function judgeBaseline(
  { path, settings, baseline }: EgressInputs,
  { review }: EgressOptions,
  asOf: Date,
): FindingDraft[] {
  const file = settings.baseline;
  const draft = (message: string, ruleId = 'ccv/unreviewed-egress-baseline'): FindingDraft[] => [
    { ruleId, path: file, at: { pointer: baseline?.reviewed ? ['reviewed'] : [] }, subject: file, message },
  ];
  if (!baseline) return draft(`${file} is not there`).map((each) => ({ ...each, path, at: { pointer: ['baseline'] } }));
  const { reviewed } = baseline;
  if (!reviewed) return draft('nobody has read it yet');
  const days = Math.floor((asOf.getTime() - Date.parse(reviewed.on)) / DAY);
  if (!isReviewed(baseline)) return draft(`it was changed after ${reviewed.by} had read it on ${reviewed.on}`);
  if (days < 0) return draft(`its review, of ${reviewed.on}, lies in the future`);
  if (days <= review) return [];
  return draft(`${reviewed.by} read it ${days} days ago; a review lasts ${review} days`, 'ccv/stale-egress-baseline');
}

interface Written {
  readonly workload: string;
  readonly destination: Destination;
  readonly path: string;
  readonly at?: Anchor;
}

/** Known or new: what nobody has listed is nobody's. */
function judgeStorage({ settings, baseline }: EgressInputs, answers: readonly Answer[]): FindingDraft[] {
  const { accounts, buckets } = settings.storage;
  const known = (baseline?.workloads ?? []).flatMap(({ workload, destinations }, outer) =>
    destinations.map((destination, inner): Written => {
      const at = { pointer: ['workloads', outer, 'destinations', inner, 'name'] };
      return { workload, destination, path: settings.baseline, at };
    }),
  );
  const fresh = answers
    .filter(({ alert }) => alert.kind === 'first-seen')
    .map(({ alert, path }): Written => ({ workload: alert.workload, destination: alert.destination, path }));
  return [...known, ...fresh]
    .filter(({ destination: { kind } }) => kind === 'bucket')
    .filter(({ destination }) => !accounts.includes(accountOf(destination)) && !buckets.includes(destination.name))
    .map(({ workload, destination, path, at }) => {
      const message = `${workload} writes to ${destination.name}, and nobody has listed that account`;
      const ruleId = 'ccv/unlisted-storage-account';
      return { ruleId, path, ...(at && { at }), subject: workload, matched: destination.name, message };
    });
}

type SourceRun = EgressWatch['sources'][number] & { readonly ran: number };

function judgeSources(inputs: EgressInputs, options: EgressOptions, asOf: Date): FindingDraft[] {
  const runs = inputs.runs
    .flatMap(({ record }) => record.sources.map((each): SourceRun => ({ ...each, ran: Date.parse(record.ran) })))
    .filter(({ ran }) => ran <= asOf.getTime());
  return Object.keys(inputs.settings.sources).flatMap((source) => {
    const own = runs.filter((each) => each.source === source);
    const at = { path: inputs.path, at: { pointer: ['sources', source] }, subject: source };
    return [...judgeSilence(own, options, asOf), ...judgeBlindness(own, options)].map((draft) => ({ ...draft, ...at }));
  });
}

type Said = Pick<FindingDraft, 'ruleId' | 'message'>;

/** By event time: a watch that runs over logs that no longer come is as silent as none. */
function judgeSilence(runs: readonly SourceRun[], { silence }: EgressOptions, asOf: Date): Said[] {
  const until = runs.reduce((latest, each) => Math.max(latest, Date.parse(each.until ?? '') || 0), 0);
  const hours = (asOf.getTime() - until) / HOUR;
  if (hours <= silence) return [];
  const since = until === 0 ? 'it was never watched' : `it was watched until ${Math.floor(hours)} hours ago`;
  return [{ ruleId: 'ccv/silent-egress-watch', message: `${since}; ${silence} hours are allowed` }];
}

/** Of the last run: what was mended is mended. */
function judgeBlindness(runs: readonly SourceRun[], { blind }: EgressOptions): Said[] {
  const last = runs.reduce((latest, { ran }) => Math.max(latest, ran), 0);
  const newest = runs.filter(({ ran }) => ran === last);
  const count = newest.reduce((sum, each) => sum + each.undated + each.unattributed + each.unaddressed, 0);
  const of = newest.reduce((sum, { watched }) => sum + watched, count);
  if (count <= (of * blind) / 100) return [];
  const message = `${count} of ${of} records of the last run do not say who, where or when; at most ${blind} % may`;
  return [{ ruleId: 'ccv/blind-egress-source', message }];
}
