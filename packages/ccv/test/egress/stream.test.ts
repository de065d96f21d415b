// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/egress/observation.ts';
import { watchSchema } from '../../src/egress/settings.ts';
import { emptyState, openStream, type Sighting, type StreamSettings } from '../../src/egress/stream.ts';

const THOROUGH = process.env['HELIOS_THOROUGH'] === '1';
const T0 = Date.UTC(2026, 5, 1);
const LATENESS = 60_000;
const { volume } = watchSchema.parse({ schema: 'helios/egress-settings/v1', baseline: 'b.json', sources: {} });

const SETTINGS: StreamSettings = {
  lateness: LATENESS,
  volume: { ...volume, window: 10, history: 6, least: 3, floor: 10 },
  known: (_workload, { name }) => name === 'known.example',
};

/** At a second of the day. */
function sent(second: number, to = 'new.example', bytes = 0, more: Partial<Observation> = {}): Observation {
  return { time: T0 + second * 1000, workload: 'shop/web', destination: { kind: 'domain', name: to }, bytes, ...more };
}

function watch(observations: readonly Observation[], settings = SETTINGS): Sighting[] {
  const stream = openStream(emptyState(), settings);
  return [...observations.flatMap((each) => stream.take(each)), ...stream.drain()];
}

const told = (sightings: readonly Sighting[]): string[] =>
  sightings.map(({ kind, destination, at, ...rest }) => {
    const late = 'late' in rest && rest.late ? ' late' : '';
    return `${kind} ${destination.name} ${(at - T0) / 1000}${late}`;
  });

describe('a destination that a workload has not sent to before', () => {
  it('is told of once, at the time of the first', () => {
    expect(told(watch([sent(30), sent(10), sent(50), sent(400), sent(500)]))).toEqual(['first-seen new.example 10']);
  });

  it('is told of as soon as nothing earlier can come, and not before', () => {
    const stream = openStream(emptyState(), SETTINGS);
    expect(stream.take(sent(100))).toEqual([]);
    expect(stream.take(sent(160, 'known.example'))).toEqual([]);
    expect(told(stream.take(sent(161, 'known.example')))).toEqual(['first-seen new.example 100']);
  });

  it('is told of for each workload', () => {
    expect(watch([sent(1), sent(2, 'new.example', 0, { workload: 'shop/db' })])).toHaveLength(2);
  });

  it('is not told of where the baseline has it', () => {
    expect(watch([sent(1, 'known.example')])).toEqual([]);
  });

  it('is told of at once, and as late, where it comes later than the lateness allows', () => {
    const stream = openStream(emptyState(), SETTINGS);
    stream.take(sent(500, 'known.example'));
    expect(told(stream.take(sent(100)))).toEqual(['first-seen new.example 100 late']);
    expect(stream.take(sent(90))).toEqual([]);
    expect(stream.take(sent(510))).toEqual([]);
  });

  it('names when the first was taken in, of several in one moment the earliest', () => {
    const [sighting] = watch([
      sent(5, 'a.example', 0, { observed: T0 + 9000 }),
      sent(5, 'a.example', 0, { observed: T0 + 7000 }),
    ]);
    expect(sighting).toMatchObject({ at: T0 + 5000, observed: T0 + 7000 });
  });
});

describe('the volume of a window', () => {
  const even = Array.from({ length: 8 }, (_, window) => sent(window * 10, 'known.example', 100));

  it('is held against the median of those before, and says by what', () => {
    expect(watch([...even, sent(81, 'known.example', 161), sent(95, 'known.example')])).toEqual([
      {
        kind: 'volume',
        workload: 'shop/web',
        destination: { kind: 'domain', name: 'known.example' },
        at: T0 + 90_000,
        // Of six even windows: 100 + 6 × a tenth of 100.
        volume: { value: 161, expected: 100, bound: 160, windows: 6 },
      },
    ]);
    expect(watch([...even, sent(81, 'known.example', 160), sent(95, 'known.example')])).toEqual([]);
  });

  it('is not judged before there are enough windows to tell', () => {
    expect(watch([...even.slice(0, 2), sent(21, 'known.example', 1e9), sent(99, 'known.example')])).toEqual([]);
    expect(watch([...even.slice(0, 3), sent(31, 'known.example', 1e9), sent(99, 'known.example')])).toHaveLength(1);
  });

  it('counts windows without traffic', () => {
    const rare = [sent(0, 'known.example', 5), sent(51, 'known.example', 11), sent(65, 'known.example')];
    expect(watch(rare)).toMatchObject([{ volume: { expected: 0, bound: 10, windows: 5 } }]);
  });

  it('stands though half of the windows before are an attack', () => {
    const attacked = [
      ...even,
      ...[80, 90, 100, 110].map((second) => sent(second, 'known.example', 100_000)),
      sent(125, 'known.example'),
    ];
    expect(watch(attacked).map(({ at }) => (at - T0) / 1000)).toEqual([90, 100, 110, 120]);
  });

  it('of a window that has not ended is not judged, not even at the end', () => {
    expect(watch([...even, sent(85, 'known.example', 1e9)])).toEqual([]);
  });
});

/** Events whose order is mixed as far as the lateness allows. */
const events = fc.array(
  fc.record({
    second: fc.integer({ min: 0, max: 600 }),
    to: fc.constantFrom('a.example', 'b.example', 'known.example'),
    workload: fc.constantFrom('shop/web', 'shop/db'),
    bytes: fc.constantFrom(0, 5, 80, 5000),
    lag: fc.integer({ min: 0, max: 90 }),
  }),
  { maxLength: 120 },
);
const observationsOf = (
  raw: readonly { second: number; to: string; workload: string; bytes: number; lag: number }[],
): Observation[] =>
  raw.map(({ second, to, workload, bytes, lag }) =>
    sent(second, to, bytes, { workload, observed: T0 + (second + lag) * 1000 }),
  );

/** Sorted by time plus a delay below the lateness: no event comes later than that after a later one. */
function mixed(observations: readonly Observation[], delays: readonly number[]): Observation[] {
  const keyed = observations.map((each, index) => ({ each, at: each.time + (delays[index % delays.length] ?? 0) }));
  return keyed.sort((a, b) => a.at - b.at).map(({ each }) => each);
}
const delays = fc.array(fc.integer({ min: 0, max: LATENESS - 1 }), { minLength: 1, maxLength: 40 });

describe('laws', () => {
  const runs = { numRuns: THOROUGH ? 20_000 : 500 };

  it('any order within the lateness tells the same, in the same order', () => {
    fc.assert(
      fc.property(events, delays, delays, (raw, one, other) => {
        const all = observationsOf(raw);
        const sightings = watch(mixed(all, one));
        expect(sightings.filter((each) => 'late' in each && each.late)).toEqual([]);
        expect(watch(mixed(all, other))).toEqual(sightings);
      }),
      runs,
    );
  });

  it('agrees with a look at all events at once', () => {
    fc.assert(
      fc.property(events, delays, (raw, delay) => {
        const all = observationsOf(raw);
        const first = new Map<string, number>();
        for (const { workload, destination, time } of all) {
          const key = `${workload} ${destination.name}`;
          if (destination.name !== 'known.example') first.set(key, Math.min(first.get(key) ?? Infinity, time));
        }
        const seen = watch(mixed(all, delay)).filter(({ kind }) => kind === 'first-seen');
        expect(new Map(seen.map((each) => [`${each.workload} ${each.destination.name}`, each.at]))).toEqual(first);
        expect(seen).toHaveLength(first.size);
      }),
      runs,
    );
  });

  it('nothing is lost by what comes late: every pair is told of exactly once in any order', () => {
    fc.assert(
      fc.property(events, fc.array(fc.nat(), { minLength: 1, maxLength: 50 }), (raw, ranks) => {
        const keyed = observationsOf(raw).map((each, index) => ({ each, rank: ranks[index % ranks.length] ?? 0 }));
        const shuffled = keyed.sort((a, b) => a.rank - b.rank).map(({ each }) => each);
        const pairs = new Set(
          shuffled
            .filter(({ destination }) => destination.name !== 'known.example')
            .map(({ workload, destination }) => `${workload} ${destination.name}`),
        );
        const seen = watch(shuffled)
          .filter(({ kind }) => kind === 'first-seen')
          .map((each) => `${each.workload} ${each.destination.name}`);
        expect(seen.sort()).toEqual([...pairs].sort());
      }),
      runs,
    );
  });
});
