// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoadedControl } from '../../src/control/load.ts';
import { dueControls, nextDue } from '../../src/schedule/due.ts';
import { lookingControl } from '../stage.ts';

const at = (cron: string, timezone = 'UTC'): LoadedControl[] => [
  { control: lookingControl({ schedule: { cron, timezone } }), path: '', sha256: '' },
];
const due = (controls: readonly LoadedControl[], last: string | undefined, now: string): string[] =>
  dueControls(controls, () => (last === undefined ? undefined : new Date(last)), new Date(now)).map((each) =>
    each.due.toISOString(),
  );

describe('the schedule', () => {
  it('makes a control due from its very minute on, once', () => {
    const daily = at('30 4 * * *');
    expect(due(daily, '2026-11-19T04:30:00Z', '2026-11-20T04:29:59Z')).toEqual([]);
    expect(due(daily, '2026-11-19T04:30:00Z', '2026-11-20T04:30:00Z')).toEqual(['2026-11-20T04:30:00.000Z']);
    expect(due(daily, '2026-11-20T04:30:00Z', '2026-11-20T04:30:01Z')).toEqual([]);
  });

  it('makes up once for all that was missed while nothing ran', () => {
    expect(due(at('0 * * * *'), '2026-11-01T00:00:00Z', '2026-11-20T12:34:56Z')).toEqual(['2026-11-20T12:00:00.000Z']);
  });

  it('does not begin with what was before it knew of a control', () => {
    expect(due(at('0 * * * *'), undefined, '2026-11-20T12:34:56Z')).toEqual([]);
  });

  it('goes by the clocks of its time zone, also where they are put back and forth', () => {
    const berlin = at('30 2 * * *', 'Europe/Berlin');
    // 29 March 2026 has no 02:30 there; 25 October 2026 has two.
    expect(due(berlin, '2026-07-01T00:00:00Z', '2026-07-01T12:00:00Z')).toEqual(['2026-07-01T00:30:00.000Z']);
    const fires = (from: string, to: string): number => {
      let last = new Date(from);
      let count = 0;
      for (let now = Date.parse(from); now < Date.parse(to); now += 15 * 60_000) {
        const [found] = dueControls(berlin, () => last, new Date(now));
        if (found) [last, count] = [found.due, count + 1];
      }
      return count;
    };
    expect(fires('2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toBe(2);
    expect(fires('2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toBe(2);
  });

  it('fires each time exactly once, however irregularly it is looked at', () => {
    const pauses = fc.array(fc.integer({ min: 1, max: 55 }), { minLength: 50, maxLength: 200 });
    fc.assert(
      fc.property(pauses, (minutes) => {
        const hourly = at('0 * * * *');
        const start = Date.parse('2026-11-20T00:30:00Z');
        let [now, last] = [start, new Date(start)];
        const fired: number[] = [];
        for (const pause of minutes) {
          now += pause * 60_000;
          for (const each of dueControls(hourly, () => last, new Date(now))) {
            last = each.due;
            fired.push(each.due.getTime());
          }
        }
        expect(fired).toHaveLength(Math.floor((now - start + 30 * 60_000) / 3_600_000));
        expect(new Set(fired).size).toBe(fired.length);
      }),
      { numRuns: 10 },
    );
  });

  it('says when to look again', () => {
    expect(nextDue([...at('0 5 * * *'), ...at('0 4 * * *')], new Date('2026-11-20T12:00:00Z'))).toEqual(
      new Date('2026-11-21T04:00:00Z'),
    );
    expect(nextDue([{ control: lookingControl(), path: '', sha256: '' }], new Date())).toBeUndefined();
  });
});
