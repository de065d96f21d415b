// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historiesOf } from '../../src/behaviour/history.ts';
import { judgeOf } from '../../src/behaviour/judge.ts';
import { hourText, type Observation } from '../../src/behaviour/observation.ts';
import { type Profile, profileSchema } from '../../src/behaviour/profile.ts';
import { readState, writeState } from '../../src/behaviour/state-file.ts';
import { emptyState, learn, mergeState, type State } from '../../src/behaviour/state.ts';
import { breadthOf, KEPT_VALUES } from '../../src/behaviour/summary.ts';
import { referenceScore } from './reference.ts';

const PROFILE: Profile = profileSchema.parse({
  schema: 'helios/behaviour/v1',
  id: 'laws',
  title: 'Every kind of feature',
  fields: Object.fromEntries(['t', 'who', 'team', 'place', 'tools', 'size'].map((field) => [field, 'clear'])),
  time: 't',
  entity: 'who',
  peers: 'team',
  features: [
    { name: 'hour', kind: 'hour' },
    { name: 'place', kind: 'category', field: 'place' },
    { name: 'tools', kind: 'set', field: 'tools' },
    { name: 'events', kind: 'count' },
    { name: 'size', kind: 'sum', field: 'size' },
    { name: 'largest', kind: 'max', field: 'size' },
  ],
  halfLifeDays: 3,
  windowDays: 8,
  minimumDays: 2,
});

const some = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<ReadonlySet<T>> =>
  fc.array(values, { minLength: 1, maxLength: 3 }).map((each) => new Set(each));
const size = fc.oneof(fc.nat(5), fc.constant(Number.MAX_SAFE_INTEGER));
const observation: fc.Arbitrary<Observation> = fc
  .record({
    entity: fc.constantFrom('ann', 'bob', 'cy', 'dee'),
    group: fc.constantFrom('red', 'blue'),
    day: fc.integer({ min: 20_000, max: 20_011 }),
    hour: fc.nat(23).map((hour) => new Set([hourText(hour)])),
    place: fc.option(some(fc.constantFrom('DE', 'FR', 'IN')), { nil: undefined }),
    tools: fc.option(some(fc.constantFrom('a', 'b', 'c', 'd', 'e')), { nil: undefined }),
    size: fc.option(size, { nil: undefined }),
  })
  .map(({ entity, group, day, ...parts }) => {
    const all = { ...parts, events: 1, largest: parts.size };
    return {
      entity,
      group,
      day,
      parts: new Map(Object.entries(all).flatMap(([name, part]) => (part === undefined ? [] : [[name, part]]))),
    };
  });
const observations = fc.array(observation, { minLength: 1, maxLength: 40 });

function learned(all: readonly Observation[]): State {
  const state = emptyState();
  for (const each of all) learn(state, each, PROFILE);
  return state;
}

const text = (state: State): string => writeState(state, PROFILE, undefined);

describe('what is known', () => {
  it('is the same in whatever order and parts it is learned', () => {
    fc.assert(
      fc.property(observations, fc.infiniteStream(fc.nat()), fc.nat(40), (all, ranks, cut) => {
        const shuffled = all
          .map((each) => ({ each, rank: ranks.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ each }) => each);
        const [left, right] = [learned(shuffled.slice(0, cut)), learned(shuffled.slice(cut))];
        mergeState(left, right, PROFILE);
        expect(text(left)).toBe(text(learned(all)));
      }),
    );
  });

  it('survives a restart at any moment', () => {
    fc.assert(
      fc.property(observations, fc.nat(40), (all, cut) => {
        const again = readState(text(learned(all.slice(0, cut))), 'state', PROFILE, undefined);
        for (const each of all.slice(cut)) learn(again, each, PROFILE);
        expect(text(again)).toBe(text(learned(all)));
      }),
    );
  });

  it('holds nothing older than the window, and nobody who was not seen within it', () => {
    fc.assert(
      fc.property(observations, (all) => {
        const { members, newest = 0 } = learned(all);
        const days = [...members.values()].flatMap((member) => [...member.days.keys()]);
        expect(Math.min(...days)).toBeGreaterThan(newest - PROFILE.windowDays);
        expect([...members.values()].every((member) => member.days.size > 0)).toBe(true);
      }),
    );
  });

  it('stays small however many values a day has, and still tells how many they were', () => {
    const day = (values: readonly string[]): Observation => ({
      entity: 'ann',
      group: 'red',
      day: 20_000,
      parts: new Map([['tools', new Set(values)]]),
    });
    const names = Array.from({ length: 5000 }, (_, index) => `tool-${index}`);
    const state = learned([day(names.slice(0, 3000)), ...names.map((name) => day([name])), day(names.slice(2000))]);
    const [member] = state.members.values();
    const kept = member?.days.get(20_000)?.get('tools');
    expect(kept).toHaveProperty('size', KEPT_VALUES);
    const breadth = breadthOf(kept as ReadonlySet<string>);
    expect(breadth).toBeGreaterThan(5000 * 0.6);
    expect(breadth).toBeLessThan(5000 * 1.6);
    expect(text(state)).toBe(text(learned([day(names)])));
  });
});

describe('a score', () => {
  it('is what a naive reckoning over all observations says', () => {
    fc.assert(
      fc.property(observations, observation, (all, asked) => {
        const member = { entity: asked.entity, group: asked.group, days: new Map([[asked.day, asked.parts]]) };
        const judged = judgeOf(historiesOf(learned(all), PROFILE), PROFILE)(member, asked.day);
        expect(Math.abs(judged.score - referenceScore(all, PROFILE, asked, asked.parts))).toBeLessThan(0.05);
      }),
      { numRuns: process.env['HELIOS_THOROUGH'] === '1' ? 20_000 : 300 },
    );
  });

  it('is made of its contributions, none of which the sample cannot carry', () => {
    fc.assert(
      fc.property(observations, observation, (all, asked) => {
        const member = { entity: asked.entity, group: asked.group, days: new Map([[asked.day, asked.parts]]) };
        const { score, contributions } = judgeOf(historiesOf(learned(all), PROFILE), PROFILE)(member, asked.day);
        expect(score).toBeCloseTo(
          contributions.reduce((sum, { bits }) => sum + bits, 0),
          5,
        );
        for (const { bits } of contributions) {
          expect(bits).toBeGreaterThanOrEqual(0);
          expect(bits).toBeLessThanOrEqual(Math.log2(all.length + 1) + 0.01);
        }
      }),
    );
  });
});
