// SPDX-License-Identifier: Apache-2.0
import { hourText } from './observation.ts';
import { type Feature, isAmount, type Profile } from './profile.ts';
import type { Member, State } from './state.ts';
import { breadthOf, type Part } from './summary.ts';

/** On how many days something was; `weight` are the same days, decayed. */
interface Tally {
  readonly days: number;
  readonly weight: number;
}

/** The same of a value, and how many entities showed it. */
interface ValueTally extends Tally {
  readonly holders: number;
}

/** What one feature was on the days of an entity, or of all of a group. */
export interface History {
  /** All days with the feature. */
  readonly all: Tally;
  /** Days on which a value was seen; of hours, within an hour of it. */
  readonly values: ReadonlyMap<string, ValueTally>;
  /** Weight of the days on which something was seen that was seen on no other: how often new things come (Good-Turing). */
  readonly once: number;
  /** Numbers of the days, or how many different values they showed; largest first. */
  readonly amounts: readonly { readonly amount: number; readonly weight: number }[];
}

/** All histories that a state gives, by entity and by group; made once, as far as they are asked for. */
export interface Histories {
  own(entity: string, feature: Feature): History;
  peers(group: string, feature: Feature): History;
  everybody(feature: Feature): History;
  /** Days known of an entity. */
  daysOf(entity: string): number;
}

export function historiesOf(state: State, profile: Profile): Histories {
  const weigh = weigher(state, profile);
  const all = [...state.members.values()];
  const [entities, groups] = [new Map<string, Member[]>(), new Map<string, Member[]>()];
  for (const member of all) {
    push(entities, member.entity, member);
    push(groups, member.group, member);
  }
  const known = new Map<string, History>();
  const once = (kind: string, name: string, members: readonly Member[] = [], feature: Feature): History => {
    const key = JSON.stringify([kind, name, feature.name]);
    const history = known.get(key) ?? historyOf(members, feature, weigh);
    known.set(key, history);
    return history;
  };
  return {
    own: (entity, feature) => once('own', entity, entities.get(entity), feature),
    peers: (group, feature) => once('peers', group, groups.get(group), feature),
    everybody: (feature) => once('everybody', '', all, feature),
    daysOf: (entity) => new Set(entities.get(entity)?.flatMap(({ days }) => [...days.keys()])).size,
  };
}

/** Halves with each half-life before the last day known. Steps, so that sums of weights are exact in any order. */
function weigher({ newest = 0 }: State, { halfLifeDays }: Profile): (day: number) => number {
  return (day) => 2 ** -Math.floor((newest - day) / halfLifeDays);
}

function historyOf(members: readonly Member[], feature: Feature, weigh: (day: number) => number): History {
  const all = { days: 0, weight: 0 };
  const values = new Map<string, Sightings>();
  const seen = new Map<string, { times: number; weight: number }>();
  const amounts: { amount: number; weight: number }[] = [];
  for (const { entity, days } of members) {
    for (const [day, summary] of days) {
      const part = summary.get(feature.name);
      if (part === undefined) continue;
      const weight = weigh(day);
      all.days++;
      all.weight += weight;
      amounts.push({ amount: amountOf(part), weight });
      if (typeof part === 'number') continue;
      for (const value of part) seen.set(value, { times: (seen.get(value)?.times ?? 0) + 1, weight });
      for (const value of aroundOf(part, feature)) note(values, value, entity, weight);
    }
  }
  return {
    all,
    values: new Map(
      [...values].map(([value, { entities, ...tally }]) => [value, { ...tally, holders: entities.size }]),
    ),
    once: [...seen.values()].reduce((sum, { times, weight }) => (times === 1 ? sum + weight : sum), 0),
    amounts: amounts.sort((a, b) => b.amount - a.amount),
  };
}

interface Sightings {
  days: number;
  weight: number;
  readonly entities: Set<string>;
}

function note(values: Map<string, Sightings>, value: string, entity: string, weight: number): void {
  const sightings = values.get(value) ?? { days: 0, weight: 0, entities: new Set<string>() };
  values.set(value, sightings);
  sightings.days++;
  sightings.weight += weight;
  sightings.entities.add(entity);
}

/** Who starts at eight also starts shortly before: an hour counts for its neighbours, around midnight too. */
function aroundOf(values: ReadonlySet<string>, { kind }: Feature): ReadonlySet<string> {
  if (kind !== 'hour') return values;
  return new Set([...values].flatMap((value) => [-1, 0, 1].map((by) => hourText(Number.parseInt(value, 10) + by))));
}

export function amountOf(part: Part): number {
  return typeof part === 'number' ? part : breadthOf(part);
}

/** Whether a feature is also about how many different values a day shows. */
export function hasAmount(feature: Feature): boolean {
  return isAmount(feature) || feature.kind === 'set';
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
