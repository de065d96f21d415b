// SPDX-License-Identifier: Apache-2.0
import { amountOf, hasAmount, type Histories, type History } from './history.ts';
import type { Feature, Profile } from './profile.ts';
import { type Near, rarityOfAmount, rarityOfValues } from './rarity.ts';
import type { Member } from './state.ts';
import type { Summary } from './summary.ts';

/** What one feature adds to the score of a day. */
export interface Contribution {
  readonly feature: string;
  /** How unusual it is: 10 bits are once in 1,024 days. */
  readonly bits: number;
  /** The value that is least usual, or the amount. */
  readonly shown: string | number;
  /** On how many known days it was so: of the entity itself, and of its peers. Of an amount, as much or more. */
  readonly own: Share;
  readonly peers: Share;
}

export interface Share {
  readonly days: number;
  readonly of: number;
}

/** A day of an entity, held against what is known. */
export interface JudgedDay {
  readonly entity: string;
  readonly group: string;
  readonly day: number;
  /** The sum of the contributions, in bits. */
  readonly score: number;
  /** Largest first. */
  readonly contributions: readonly Contribution[];
  /** Days that are known of the entity. */
  readonly knownDays: number;
  /** Whether they are enough to raise an alarm. */
  readonly enough: boolean;
}

/** Judges days of entities; the order of what is asked does not matter. */
export function judgeOf(histories: Histories, profile: Profile): (member: Member, day: number) => JudgedDay {
  const rarities = new Map<string, (value: string) => number>();
  const rarityFor = (entity: string, group: string, feature: Feature, near: Near): ((value: string) => number) => {
    const key = JSON.stringify([entity, group, feature.name]);
    const rarity = rarities.get(key) ?? rarityOfValues(near);
    rarities.set(key, rarity);
    return rarity;
  };
  return ({ entity, group, days }, day) => {
    const summary: Summary = days.get(day) ?? new Map<string, never>();
    const contributions = profile.features
      .flatMap((feature) => {
        const part = summary.get(feature.name);
        if (part === undefined) return [];
        const near: Near = [
          histories.own(entity, feature),
          histories.peers(group, feature),
          histories.everybody(feature),
        ];
        const found = [
          ...(hasAmount(feature) ? [amountContribution(feature, amountOf(part), near)] : []),
          ...(typeof part === 'number'
            ? []
            : [valueContribution(feature, part, near, rarityFor(entity, group, feature, near))]),
        ];
        // A set is asked two questions; a rare answer to one of two comes twice as often.
        return [largest(found.map((each) => ({ ...each, bits: Math.max(0, each.bits - Math.log2(found.length)) })))];
      })
      .map((each) => ({ ...each, bits: rounded(each.bits) }))
      .sort((a, b) => b.bits - a.bits);
    const knownDays = histories.daysOf(entity);
    return {
      entity,
      group,
      day,
      score: rounded(contributions.reduce((sum, { bits }) => sum + bits, 0)),
      contributions,
      knownDays,
      enough: knownDays >= profile.minimumDays,
    };
  };
}

function amountContribution({ name }: Feature, amount: number, near: Near): Contribution {
  const [own, peers] = near;
  const reaching = ({ amounts }: History): Share => ({
    days: amounts.filter((each) => each.amount >= amount).length,
    of: amounts.length,
  });
  const bits = -Math.log2(rarityOfAmount(near, amount));
  return { feature: name, bits, shown: amount, own: reaching(own), peers: reaching(peers) };
}

function valueContribution(
  { name }: Feature,
  values: ReadonlySet<string>,
  [own, peers]: Near,
  rarity: (value: string) => number,
): Contribution {
  const seen = ({ values: known, all }: History, value: string): Share => ({
    days: known.get(value)?.days ?? 0,
    of: all.days,
  });
  return largest(
    [...values].sort().map((value) => ({
      feature: name,
      bits: -Math.log2(rarity(value)),
      shown: value,
      own: seen(own, value),
      peers: seen(peers, value),
    })),
  );
}

/** The first of those with the most bits. Parts are never empty. */
function largest(contributions: readonly Contribution[]): Contribution {
  return contributions.reduce((best, each) => (each.bits > best.bits ? each : best));
}

function rounded(bits: number): number {
  return Math.round(bits * 100) / 100;
}
