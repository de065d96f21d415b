// SPDX-License-Identifier: Apache-2.0
import type { ControlRun } from '@helios/core/record';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gate } from '../src/gate.ts';
import { failuresOf, inOrder, type Recorded, repairOf } from '../src/history/failures.ts';
import { leftBehind } from '../src/history/rollbacks.ts';
import { optionsSchema } from '../src/options.ts';
import { controlRun, NOW } from './gate/stage.ts';

/** Runs of two controls, at times of which some are equal. */
const someRuns: fc.Arbitrary<Recorded<ControlRun>[]> = fc
  .array(
    fc.record({
      control: fc.constantFrom('alpha', 'beta'),
      daysAgo: fc.integer({ min: 1, max: 30 }),
      outcome: fc.constantFrom('pass', 'fail', 'inconclusive', 'not-run'),
      verified: fc.option(fc.boolean()),
    }),
    { maxLength: 30 },
  )
  .map((all) =>
    all.map(({ verified, ...facts }, index) => ({
      ...controlRun({ ...facts, ...(verified !== null && { rollback: { verified, proof: 'a'.repeat(64) } }) }),
      path: `run-${index}`,
      sha256: String(index).padStart(64, '0'),
    })),
  );

const isGood = ({ outcome, rollback }: ControlRun): boolean => outcome === 'pass' && rollback?.verified !== false;
const isBad = ({ outcome, rollback }: ControlRun): boolean => outcome === 'fail' || rollback?.verified === false;

it('a control has an open failure exactly when, since its last pass, it has failed', () => {
  fc.assert(
    fc.property(someRuns, (runs) => {
      const open = failuresOf(inOrder(runs), []).filter(({ closed }) => !closed);
      for (const control of ['alpha', 'beta']) {
        const own = inOrder(runs).filter((run) => run.control === control);
        const since = own.slice(own.findLastIndex(isGood) + 1);
        expect(open.filter((failure) => failure.control === control).map(({ run }) => run.sha256)).toEqual(
          since
            .filter(isBad)
            .slice(0, 1)
            .map(({ sha256 }) => sha256),
        );
      }
    }),
  );
});

it('the gate fails on every open failure that nobody was told of, and on no other', () => {
  const options = optionsSchema.parse({});
  fc.assert(
    fc.property(someRuns, (runs) => {
      const known = { controls: [], services: [], runs, records: [], falseAlarms: [] };
      const { findings } = gate.evaluate({ known, broken: [] }, options, new Date(NOW));
      const told = findings
        .filter(({ ruleId }) => ruleId === 'ccv/failure-without-record')
        .map(({ subject }) => subject);
      const open = failuresOf(inOrder(runs), []).filter(({ closed }) => !closed);
      expect(told.sort()).toEqual(open.map(({ control }) => control).sort());
    }),
    { numRuns: 500 },
  );
});

it('the failures of a control follow each other, and each began with a run that failed', () => {
  fc.assert(
    fc.property(someRuns, (runs) => {
      for (const own of Map.groupBy(failuresOf(inOrder(runs), []), ({ control }) => control).values()) {
        for (const [index, { run, opened, closed }] of own.entries()) {
          expect(isBad(run)).toBe(true);
          const before = own[index - 1]?.closed?.at.getTime() ?? -Infinity;
          expect(opened.getTime()).toBeGreaterThanOrEqual(before);
          expect(closed?.at.getTime() ?? Infinity).toBeGreaterThanOrEqual(opened.getTime());
        }
      }
    }),
  );
});

it('the order in which files are read means nothing', () => {
  fc.assert(
    fc.property(someRuns, fc.func(fc.nat()), (runs, key) => {
      const shuffled = [...runs].sort((a, b) => key(a.sha256) - key(b.sha256));
      expect(failuresOf(inOrder(shuffled), [])).toEqual(failuresOf(inOrder(runs), []));
    }),
  );
});

it('looking later makes an open failure longer and leaves a closed one as it is', () => {
  fc.assert(
    fc.property(someRuns, fc.nat(100), (runs, days) => {
      const now = new Date('2026-07-01T00:00:00Z');
      const later = new Date(now.getTime() + days * 86_400_000);
      for (const failure of failuresOf(inOrder(runs), [])) {
        const grown = repairOf(failure, later).length - repairOf(failure, now).length;
        expect(grown).toBeCloseTo(failure.closed ? 0 : days, 9);
      }
    }),
  );
});

it('what a control left behind is settled by its next verified rollback alone', () => {
  fc.assert(
    fc.property(someRuns, (runs) => {
      for (const control of ['alpha', 'beta']) {
        const last = inOrder(runs).findLast((run) => run.control === control && run.rollback);
        const told = leftBehind(inOrder(runs)).some((run) => run.control === control);
        expect(told).toBe(last?.rollback?.verified === false);
      }
    }),
  );
});
