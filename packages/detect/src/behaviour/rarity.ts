// SPDX-License-Identifier: Apache-2.0
import type { History } from './history.ts';

/**
 * How often a day would show something as rare as a value, by histories from the nearest to the widest: the entity's
 * own, its peers', everybody's.
 *
 * What the entity has shown comes back as often as it came. What it has not comes as often as new things came to it
 * (Good 1953: the share of days with something that was seen only once), divided among values by how many of its peers
 * have shown them (Kneser and Ney 1995), and among those of no peer by how many of all others have. So what is new to
 * somebody and common among the peers is a small surprise, and new to everybody a large one, unless everybody shows things
 * of their own all the time. No answer is below one in the days of the widest and one more: that is all that so many
 * days can tell.
 */
export function rarityOfValues([own, ...wider]: Near): (value: string) => number {
  const next = portionsOf(wider, own.values);
  const news = (own.once + 0.5) / (own.all.weight + 1);
  const known = new Map([
    ...[...own.values].map(([value, { weight }]) => [value, weight / own.all.weight] as const),
    ...[...next.known].map(([value, portion]) => [value, news * portion] as const),
  ]);
  const unheard = news * next.unheard;
  const rates = [...known.values(), unheard].sort((a, b) => a - b);
  return (value) => bound(sumUpTo(rates, known.get(value) ?? unheard), wider);
}

/** Of rates in rising order. What is equal but was reckoned in two ways differs in its last bits. */
function sumUpTo(rates: readonly number[], most: number): number {
  let sum = 0;
  for (const rate of rates) {
    if (rate > most * (1 + 1e-9)) break;
    sum += rate;
  }
  return sum;
}

/** The entity's own history, its peers', everybody's. */
export type Near = readonly [own: History, peers: History, everybody: History];

/** What is the next new thing? The chance of each value that any of the histories knows, and of anything else. */
interface Portions {
  readonly known: ReadonlyMap<string, number>;
  readonly unheard: number;
}

function portionsOf([history, ...wider]: readonly History[], excluded: { has(value: string): boolean }): Portions {
  if (!history) return { known: new Map(), unheard: 1 };
  const unseen = [...history.values].filter(([value]) => !excluded.has(value));
  // What one entity alone has shown was once new to all: as often will the next new thing be. Half a one as above.
  const alone = [...history.values.values()].filter(({ holders }) => holders === 1).length + 0.5;
  const mass = unseen.reduce((sum, [, { holders }]) => sum + holders, alone);
  const beyond = portionsOf(wider, { has: (value) => excluded.has(value) || history.values.has(value) });
  const rest = alone / mass;
  return {
    known: new Map([
      ...unseen.map(([value, { holders }]) => [value, holders / mass] as const),
      ...[...beyond.known].map(([value, portion]) => [value, portion * rest] as const),
    ]),
    unheard: beyond.unheard * rest,
  };
}

/** How often a day would have as much as this; all that a wider history says counts as one more day of the nearer. */
export function rarityOfAmount(histories: readonly History[], amount: number): number {
  const rate = histories.reduceRight(
    (wider, { amounts, all }) => (weightFrom(amounts, amount) + wider) / (all.weight + 1),
    1,
  );
  return bound(rate, histories);
}

function weightFrom(amounts: History['amounts'], amount: number): number {
  let sum = 0;
  for (const each of amounts) {
    if (each.amount < amount) break;
    sum += each.weight;
  }
  return sum;
}

function bound(probability: number, histories: readonly History[]): number {
  return Math.min(1, Math.max(probability, 1 / ((histories.at(-1)?.all.weight ?? 0) + 1)));
}
