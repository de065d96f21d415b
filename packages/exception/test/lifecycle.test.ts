// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginOf, endOf, type Exception, grantedAt, isApprovedByAnother } from '../../core/src/finding/index.ts';
import { isInEffect, type State, stateAt } from '../src/lifecycle/state.ts';
import { exception } from './stage.ts';

const at = (instant: string, ...entries: readonly Exception[]): State[] => {
  const register = new Map(entries.map((one) => [one.id, one]));
  return entries.map((one) => stateAt(one, register, new Date(instant), 72));
};

describe('the life of an exception', () => {
  const whole = exception({ approved: '2026-05-02', expires: '2026-07-31' });
  it.each([
    ['2026-05-01T23:59:59.999Z', 'draft'],
    ['2026-05-02T00:00:00.000Z', 'active'],
    ['2026-07-28T23:59:59.998Z', 'active'],
    ['2026-07-28T23:59:59.999Z', 'warned'],
    ['2026-07-31T23:59:59.999Z', 'warned'],
    ['2026-08-01T00:00:00.000Z', 'expired'],
  ])('at %s: %s', (instant, state) => {
    expect(at(instant, whole)).toEqual([state]);
  });

  it('ends when it is closed or revoked, and not a moment before', () => {
    const end = { at: '2026-06-10T08:00:00Z', because: 'mended' };
    for (const state of ['closed', 'revoked']) {
      const ended = exception({ state, end });
      expect(at('2026-06-10T07:59:59Z', ended)).toEqual(['active']);
      expect(at('2026-06-10T08:00:00Z', ended)).toEqual([state]);
    }
  });

  it('has no past where nobody wrote down when it ended', () => {
    expect(at('2026-05-10', exception({ state: 'closed' }))).toEqual(['closed']);
  });

  it('does not begin without another who approves', () => {
    const states = [{ approver: undefined }, { approver: 'ADA' }, { approved: undefined }].map((more) =>
      exception(more),
    );
    for (const one of states) expect(at('2026-06-01', one)).toEqual(['invalid']);
  });

  it('goes on in an extension once it has ended, and not before', () => {
    const next = exception({ id: 'EXC-2026-002', previous: whole.id, approved: '2026-07-01', expires: '2026-09-30' });
    expect(at('2026-07-15', whole, next)).toEqual(['active', 'approved']);
    expect(at('2026-08-01', whole, next)).toEqual(['expired', 'active']);
  });
});

const day = fc
  .integer({ min: 0, max: 40 })
  .map((offset) => new Date(Date.UTC(2026, 4, 1 + offset)).toISOString().slice(0, 10));
const moment = fc.oneof(
  day,
  fc.tuple(day, fc.constantFrom('00:00:00Z', '12:30:00Z', '23:59:59.999Z')).map(([date, time]) => `${date}T${time}`),
);
const life = fc.record({
  state: fc.constantFrom('draft', 'approved', 'approved', 'revoked', 'closed'),
  approver: fc.constantFrom('grace', 'grace', 'Ada', undefined),
  approved: fc.oneof(moment, fc.constant(undefined)),
  expires: moment,
  ended: fc.oneof(moment, fc.constant(undefined)),
  previous: fc.constantFrom(undefined, 'E-0', 'E-1', 'E-2', 'E-9'),
});

const entries = fc.array(life, { maxLength: 3 }).map((lives) =>
  lives.map(({ ended, ...one }, index) =>
    exception({
      ...one,
      id: `E-${index}`,
      previous: one.previous === `E-${index}` ? undefined : one.previous,
      end:
        ended !== undefined && (one.state === 'closed' || one.state === 'revoked')
          ? { at: ended, because: 'mended' }
          : undefined,
    }),
  ),
);

interface Event {
  readonly time: number;
  readonly id: string;
  readonly what: 'begins' | 'lapses' | 'ends';
}

/** What happens to entries, as single events; the telling of their states below knows nothing else of dates. */
function eventsOf(all: readonly Exception[]): Event[] {
  return all.flatMap((one): Event[] => {
    if (one.state === 'draft' || one.approved === undefined || !isApprovedByAnother(one)) return [];
    const ended = one.state === 'approved' ? undefined : one.end ? beginOf(one.end.at).getTime() : -Infinity;
    return [
      { time: beginOf(one.approved).getTime(), id: one.id, what: 'begins' },
      { time: endOf(one.expires).getTime() + 1, id: one.id, what: 'lapses' },
      ...(ended === undefined ? [] : [{ time: ended, id: one.id, what: 'ends' } as const]),
    ];
  });
}

it('is in effect at any instant exactly when all that had happened by then says so, in whatever order it is told', () => {
  fc.assert(
    fc.property(entries, moment, fc.infiniteStream(fc.nat()), (all, now, seeds) => {
      const instant = endOf(now);
      const order = [...seeds.take(20)];
      const told = eventsOf(all)
        .map((event, index) => ({ event, rank: order[index] ?? 0 }))
        .sort((a, b) => a.rank - b.rank);
      const past = new Set(
        told.filter(({ event }) => event.time <= instant.getTime()).map(({ event }) => `${event.id} ${event.what}`),
      );
      const runs = (id: string | undefined): boolean =>
        past.has(`${id} begins`) && !past.has(`${id} lapses`) && !past.has(`${id} ends`);
      const expected = all.filter(({ id, previous }) => runs(id) && !runs(previous)).map(({ id }) => id);
      const register = new Map(all.map((one) => [one.id, one]));
      const found = all.filter((one) => isInEffect(stateAt(one, register, instant, 72))).map(({ id }) => id);
      expect(found).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

it('what this gate calls in effect is what the filter of all gates suppresses by', () => {
  fc.assert(
    fc.property(entries, moment, (all, now) => {
      const open = all.filter(({ end }) => end === undefined);
      const register = new Map(open.map((one) => [one.id, one]));
      const granted = grantedAt(open, endOf(now)).map(({ id }) => id);
      const found = open.filter((one) => isInEffect(stateAt(one, register, endOf(now), 72))).map(({ id }) => id);
      // A closed entry that does not say when it ended is no predecessor for either of them.
      expect(found).toEqual(granted);
    }),
    { numRuns: 2000 },
  );
});
