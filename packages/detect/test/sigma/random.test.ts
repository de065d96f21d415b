// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEngine, matchAll } from '../../src/sigma/engine.ts';
import { parseRule } from '../../src/sigma/parse.ts';
import { eventOf } from './event.ts';
import { documentOf, judge, randomEvents, randomRules } from './reference.ts';

const RUNS = process.env['HELIOS_THOROUGH'] === '1' ? 200_000 : 20_000;

it(`${RUNS} random rules match random events as a second, naive reading of the specification says`, () => {
  fc.assert(
    fc.property(fc.array(randomRules, { minLength: 1, maxLength: 8 }), randomEvents, (random, fields) => {
      const rules = random.map((each, index) => {
        const parsed = parseRule({ ...documentOf(each), title: String(index) });
        if ('problem' in parsed) throw new Error(parsed.problem.message);
        return parsed.rule;
      });
      const event = eventOf(fields, { logsources: [{ product: 'windows' }] });
      const found = createEngine(rules).match(event);
      expect(found.map(({ id }) => Number(id))).toEqual(
        random.flatMap((each, index) => (judge(each, fields) ? [index] : [])),
      );
      expect(found).toEqual(matchAll(rules, event));
    }),
    { numRuns: RUNS / 4 },
  );
}, 1_200_000);
