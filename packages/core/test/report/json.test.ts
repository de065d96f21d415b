// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { REPORTERS } from '../../src/report/index.ts';
import { reportDocumentSchema } from '../../src/report/json-schema.ts';
import { HOSTILE } from './hostile.ts';
import { CLEAN, CRASHED, EMPTY, everything, failingGate, finding, PLAIN, reportOf } from './samples.ts';

const parse = (...gates: Parameters<typeof reportOf>) => JSON.parse(REPORTERS.json(reportOf(...gates), PLAIN));

describe('the JSON report', () => {
  it.each([
    ['clean', [CLEAN]],
    ['mixed', [everything(), CLEAN, EMPTY, CRASHED]],
    [
      'hostile',
      [
        failingGate(
          Object.values(HOSTILE)
            .flat()
            .map((message) => finding({ message })),
        ),
      ],
    ],
    ['of no gate', []],
  ])('of a %s run fits its schema', (_, gates) => {
    expect(() => reportDocumentSchema.parse(parse(...gates))).not.toThrow();
  });

  it('has one shape for one gate and for many', () => {
    expect(Object.keys(parse(CLEAN))).toEqual(['schema', 'asOf', 'verdict', 'exit', 'tool', 'gates']);
    expect(Object.keys(parse(CLEAN, EMPTY).gates[0])).toEqual(Object.keys(parse(CLEAN).gates[0]));
  });

  it('leaves pictures out', () => {
    expect(parse(everything()).gates[0].findings[0]).not.toHaveProperty('excerpt');
  });

  it('says why a gate could not finish', () => {
    expect(parse(CRASHED).gates[0]).toMatchObject({ verdict: 'error', exit: 70, error: CRASHED.error });
  });

  it('has a schema that can be published as JSON Schema', () => {
    const { properties } = z.toJSONSchema(reportDocumentSchema);
    expect(properties?.['schema']).toEqual({ type: 'string', const: 'helios/report/v1' });
  });
});
