// SPDX-License-Identifier: Apache-2.0
import { canonicalJson } from '@helios/core/hash';
import { redact } from '@helios/core/finding';
import { visible } from '@helios/core/report';
import type { Told } from './intake.ts';
import type { Contribution, JudgedDay, Share } from './judge.ts';
import type { Profile } from './profile.ts';
import { type Scoring, witnessKey } from './scoring.ts';
import { dateText } from './state-file.ts';
import type { State, Threshold } from './state.ts';

export interface Scores {
  readonly profile: Profile;
  readonly threshold: Threshold;
  readonly told: Told;
  readonly days: readonly JudgedDay[];
  /** Where the first event of a day's value stands, by witnessKey. */
  readonly witnesses: Scoring['witnesses'];
}

type Verdict = 'alarm' | 'too-few-days' | 'usual';

export const FORMATS: Readonly<Record<string, (scores: Scores) => string>> = { text: drawScores, json: jsonOf };

function verdictOf({ enough, score }: JudgedDay, { bits }: Threshold): Verdict {
  if (score <= bits) return 'usual';
  return enough ? 'alarm' : 'too-few-days';
}

/** Of `usual` days only how many there are. */
function drawScores({ profile, threshold, told, days, witnesses }: Scores): string {
  const lines: string[] = [];
  const found = { alarm: 0, 'too-few-days': 0, usual: 0 };
  for (const judged of days) {
    const verdict = verdictOf(judged, threshold);
    found[verdict]++;
    if (verdict === 'usual') continue;
    const { day, entity, group, score, knownDays, contributions } = judged;
    const of = group === '' ? entity : `${entity} of ${group}`;
    lines.push(
      `${verdict === 'alarm' ? '✖' : '?'} ${dateText(day)}  ${of}  ${score} bits, alarms are above ${threshold.bits}`,
    );
    if (verdict === 'too-few-days')
      lines.push(`    no alarm: ${knownDays} days are known, and ${profile.minimumDays} are asked for`);
    for (const each of contributions.filter(({ bits }) => bits >= WORTH_SAYING)) {
      const at = witnesses.get(witnessKey(judged, each.feature, String(each.shown)));
      lines.push(
        `    ${each.bits.toFixed(1).padStart(5)}  ${reasonOf(each, profile)}${at === undefined ? '' : `  ${at.file}:${at.record}`}`,
      );
    }
  }
  const rest = [
    `${days.length} days of entities: ${found.alarm} ${found.alarm === 1 ? 'alarm' : 'alarms'}, ${found['too-few-days']} with too little known, ${found.usual} usual`,
    ...leftOut(told),
  ];
  return [...lines, ...rest].map((line) => `${visible(redact(line))}\n`).join('');
}

/** Half the days have as much. */
const WORTH_SAYING = 1;

function reasonOf({ feature, shown, own, peers }: Contribution, { features }: Profile): string {
  const different = features.some(({ name, kind }) => name === feature && kind === 'set') ? ' different' : '';
  const what = typeof shown === 'number' ? `${shown}${different}; as many or more` : `${shown};`;
  return `${feature}: ${what} on ${shareText(own)} own days, ${shareText(peers)} of peers`;
}

function shareText({ days, of }: Share): string {
  return `${days} of ${of}`;
}

function leftOut({ other, nobody, undated, future }: Told): string[] {
  return [
    ...(other > 0 ? [`${other} events are not what the profile is about`] : []),
    ...(nobody > 0 ? [`${nobody} events name no entity, and were left out`] : []),
    ...(undated > 0 ? [`${undated} events have no time, and were left out`] : []),
    ...(future > 0 ? [`${future} events lie after today, and were left out`] : []),
  ];
}

function jsonOf({ profile, threshold, told, days, witnesses }: Scores): string {
  const judgedDays = days.map((judged) => ({
    entity: judged.entity,
    group: judged.group,
    day: dateText(judged.day),
    verdict: verdictOf(judged, threshold),
    score: judged.score,
    knownDays: judged.knownDays,
    contributions: judged.contributions.map(({ own, peers, ...each }) => {
      const at = witnesses.get(witnessKey(judged, each.feature, String(each.shown)));
      return { ...each, own: { ...own }, peers: { ...peers }, ...(at && { at: { ...at } }) };
    }),
  }));
  return `${canonicalJson({
    schema: 'helios/behaviour-score/v1',
    profile: profile.id,
    threshold: { ...threshold },
    events: { ...told },
    days: judgedDays,
  })}\n`;
}

/** What is known after learning, for whoever started it. */
export function drawSummary(told: Told, { members, newest }: State): string {
  const days = [...members.values()].reduce((sum, each) => sum + each.days.size, 0);
  const groups = new Set([...members.values()].map(({ group }) => group)).size;
  const entities = new Set([...members.values()].map(({ entity }) => entity)).size;
  const known = `${days} days of ${entities} entities in ${groups} groups are known`;
  return [newest === undefined ? 'nothing is known' : `${known}, up to ${dateText(newest)}`, ...leftOut(told)]
    .map((line) => `${line}\n`)
    .join('');
}
