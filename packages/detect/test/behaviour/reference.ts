// SPDX-License-Identifier: Apache-2.0
import type { Observation } from '../../src/behaviour/observation.ts';
import type { Feature, Profile } from '../../src/behaviour/profile.ts';

/**
 * The score of a day, reckoned from all observations that were ever made, one question at a time and with nothing
 * kept: slow, and a second reading of the definition in behaviour/rarity.ts.
 */
export function referenceScore(
  known: readonly Observation[],
  profile: Profile,
  { entity, group }: { readonly entity: string; readonly group: string },
  shown: ReadonlyMap<string, ReadonlySet<string> | number>,
): number {
  const newest = Math.max(...known.map(({ day }) => day));
  const kept = known.filter(({ day }) => day > newest - profile.windowDays);
  return profile.features.reduce((score, feature) => {
    const part = shown.get(feature.name);
    if (part === undefined) return score;
    const days = daysOf(kept, feature);
    const near = [
      days.filter((each) => each.entity === entity),
      days.filter((each) => each.group === group),
      days,
    ] as const;
    const weigh = ({ day }: Day): number => 1 / 2 ** Math.floor((newest - day) / profile.halfLifeDays);
    const bits = (rate: number): number =>
      -Math.log2(Math.min(1, Math.max(rate, 1 / (1 + total(days.map((each) => weigh(each)))))));
    const asked: number[] = [];
    if (typeof part === 'number') asked.push(bits(rateOfAmount(near, weigh, (day) => day.amount >= part)));
    else {
      if (feature.kind === 'set') asked.push(bits(rateOfAmount(near, weigh, (day) => day.values.size >= part.size)));
      asked.push(Math.max(...[...part].map((value) => bits(rateOfValue(near, weigh, feature, value)))));
    }
    return score + Math.max(0, Math.max(...asked) - Math.log2(asked.length));
  }, 0);
}

interface Day {
  readonly entity: string;
  readonly group: string;
  readonly day: number;
  readonly values: ReadonlySet<string>;
  readonly amount: number;
}

type Near = readonly [readonly Day[], readonly Day[], readonly Day[]];

/** Entity and group together are a day of their own. */
function daysOf(known: readonly Observation[], feature: Feature): Day[] {
  const days = new Map<string, Day>();
  for (const { entity, group, day, parts } of known) {
    const part = parts.get(feature.name);
    if (part === undefined) continue;
    const key = `${entity}/${group}/${day}`;
    const before = days.get(key);
    const amount = typeof part === 'number' ? part : 0;
    days.set(key, {
      entity,
      group,
      day,
      values: new Set([...(before?.values ?? []), ...(typeof part === 'number' ? [] : part)]),
      amount: feature.kind === 'max' ? Math.max(amount, before?.amount ?? 0) : amount + (before?.amount ?? 0),
    });
  }
  return [...days.values()];
}

function rateOfAmount([own, peers, all]: Near, weigh: (day: Day) => number, reaches: (day: Day) => boolean): number {
  const rate = (days: readonly Day[], more: number): number =>
    (total(days.filter(reaches).map(weigh)) + more) / (total(days.map(weigh)) + 1);
  return rate(own, rate(peers, rate(all, 1)));
}

function rateOfValue([own, peers, all]: Near, weigh: (day: Day) => number, feature: Feature, value: string): number {
  const shows = (day: Day, each: string): boolean =>
    feature.kind === 'hour'
      ? [...day.values].some((hour) =>
          [0, 1, 23].includes((Number.parseInt(hour, 10) - Number.parseInt(each, 10) + 24) % 24),
        )
      : day.values.has(each);
  const everything = feature.kind === 'hour' ? HOURS : [...new Set(all.flatMap(({ values }) => [...values]))];
  const holders = (days: readonly Day[], each: string): number =>
    new Set(days.filter((day) => shows(day, each)).map(({ entity }) => entity)).size;
  const once = own.filter((day) =>
    [...day.values].some((each) => own.filter(({ values }) => values.has(each)).length === 1),
  );
  const times = total(
    once.map(
      (day) =>
        weigh(day) * [...day.values].filter((each) => own.filter(({ values }) => values.has(each)).length === 1).length,
    ),
  );
  const news = (times + 0.5) / (total(own.map(weigh)) + 1);
  const alone = (days: readonly Day[]): number => everything.filter((each) => holders(days, each) === 1).length + 0.5;
  const isOwn = (each: string): boolean => holders(own, each) > 0;
  const isPeers = (each: string): boolean => holders(peers, each) > 0;
  const peerMass = alone(peers) + total(everything.filter((each) => !isOwn(each)).map((each) => holders(peers, each)));
  const allMass =
    alone(all) + total(everything.filter((each) => !isOwn(each) && !isPeers(each)).map((each) => holders(all, each)));
  const rate = (each: string | undefined): number => {
    if (each !== undefined && isOwn(each))
      return total(own.filter((day) => shows(day, each)).map(weigh)) / total(own.map(weigh));
    if (each !== undefined && isPeers(each)) return (news * holders(peers, each)) / peerMass;
    const beyond = each === undefined || holders(all, each) === 0 ? alone(all) : holders(all, each);
    return news * (alone(peers) / peerMass) * (beyond / allMass);
  };
  const asked = rate(holders(all, value) === 0 ? undefined : value);
  const possible = [undefined, ...everything.filter((each) => holders(all, each) > 0)];
  return total(possible.map(rate).filter((each) => each <= asked * (1 + 1e-9)));
}

const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`);

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
