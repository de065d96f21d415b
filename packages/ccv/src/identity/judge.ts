// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Evaluation, Metric } from '@helios/core/gate';
import { canonicalJson } from '@helios/core/hash';
import { settingsDigest } from './drill.ts';
import type { IdentityInputs } from './load.ts';
import type { IdentityOptions } from './options.ts';
import type { DrillSettings } from './settings.ts';
import type { DrillVerdict } from './timeline.ts';
import { judgeTimeline } from './verdict.ts';

const DAY = 86_400_000;

type Recorded = IdentityInputs['records'][number];

/** Drills as of a moment. Each is judged by its timeline; what its record says of itself must only agree. */
export function judgeIdentity(
  inputs: IdentityInputs | undefined,
  options: IdentityOptions | undefined,
  asOf: Date,
): Evaluation {
  if (!inputs || !options) return { findings: [], metrics: [], checked: 0 };
  const before = inputs.records.filter(({ record }) => beganAt(record) <= asOf.getTime());
  const findings = [
    ...judgeAbsence(inputs),
    ...before.filter(isAltered).map(alteredDraft),
    ...inputs.drills.flatMap(({ path, settings }) => judgeDrill(path, settings, before, options, asOf)),
  ];
  const verdicts = inputs.drills.flatMap(({ settings }) => lastOf(settings, before) ?? []);
  return {
    findings,
    metrics: metricsOf(verdicts.map(({ record }) => judgeTimeline(record.timeline))),
    checked: inputs.drills.length,
  };
}

/** Asked for, and nothing there: nobody may take that for a pass. */
function judgeAbsence({ config, drills }: IdentityInputs): FindingDraft[] {
  if (drills.length > 0) return [];
  const message = 'no file fits gates.ccv.identity.drills, so there is no drill';
  const at = { pointer: ['gates', 'ccv', 'identity', 'drills'] };
  return [{ ruleId: 'ccv/identity-drill-due', path: config, at, subject: 'drills', message }];
}

function beganAt({ timeline }: Recorded['record']): number {
  return Date.parse(timeline.began);
}

function isAltered({ record }: Recorded): boolean {
  return canonicalJson(judgeTimeline(record.timeline)) !== canonicalJson(record.verdict);
}

function alteredDraft({ path, record }: Recorded): FindingDraft {
  const message = `it says "${record.verdict.outcome}", and what it saw gives "${judgeTimeline(record.timeline).outcome}"`;
  return { ruleId: 'ccv/identity-drill-altered', path, subject: record.timeline.drill, message };
}

/** The last drill of what the settings say now. */
function lastOf(settings: DrillSettings, records: readonly Recorded[]): Recorded | undefined {
  const digest = settingsDigest(settings);
  const own = records.filter(
    ({ record: { timeline } }) => timeline.drill === settings.name && timeline.settings === digest,
  );
  return own.reduce<Recorded | undefined>(
    (last, each) => (last && beganAt(last.record) >= beganAt(each.record) ? last : each),
    undefined,
  );
}

function judgeDrill(
  path: string,
  settings: DrillSettings,
  records: readonly Recorded[],
  { days }: IdentityOptions,
  asOf: Date,
): FindingDraft[] {
  const { name, owner } = settings;
  const last = lastOf(settings, records);
  const draft = { path, at: { pointer: ['name'] }, subject: name, owner };
  if (!last) {
    const other = records.some(({ record: { timeline } }) => timeline.drill === name);
    const message = other ? 'it was never carried out as it is now' : 'it was never carried out';
    return [{ ...draft, ruleId: 'ccv/identity-drill-due', message }];
  }
  const age = Math.floor((asOf.getTime() - beganAt(last.record)) / DAY);
  const message = `it was last carried out ${age} days ago; a drill is proof for ${days} days`;
  const due =
    asOf.getTime() - beganAt(last.record) > days * DAY ? [{ ...draft, ruleId: 'ccv/identity-drill-due', message }] : [];
  const { outcome, problems } = judgeTimeline(last.record.timeline);
  const failed = problems.map((problem) => ({
    ...draft,
    ruleId: 'ccv/identity-drill-failed',
    matched: problem,
    message: `${outcome}: ${problem}`,
  }));
  return [...due, ...failed];
}

/** Of the last drills, in seconds; what never died has no number and is a finding. */
function metricsOf(verdicts: readonly DrillVerdict[]): Metric[] {
  const cells = verdicts.flatMap((verdict) => verdict.cells);
  const dead = cells.flatMap(({ deadAfter }) => (deadAfter === null ? [] : [deadAfter]));
  if (dead.length === 0) return [];
  return [
    {
      id: 'identity.containment',
      title: 'longest time from a logout until a token was dead',
      value: Math.max(...dead) / 1000,
      unit: 's',
      threshold: { atMost: 600 },
      sample: { hits: dead.length, of: cells.length },
    },
  ];
}
