// SPDX-License-Identifier: Apache-2.0
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultDocument, resultSchema } from '../../src/evidence/result.ts';
import { canonicalJson, sha256Hex } from '../../src/hash/index.ts';
import { crashed, finding, gateResult, TOOL } from './report.ts';

describe('the result document of a gate', () => {
  it('is canonical, and reads back as the record of what was decided', () => {
    const text = resultDocument(gateResult(), TOOL);
    const document = resultSchema.parse(JSON.parse(text));
    expect(canonicalJson(document)).toBe(text);
    expect(document).toMatchObject({
      schema: 'helios/gate-result/v1',
      gate: 'attack-mapper',
      verdict: 'fail',
      checked: 3,
      rules: [
        { id: 'mapping/revoked-technique', major: 1, level: 'error' },
        { id: 'mapping/unknown-technique', major: 1, level: 'error' },
      ],
      options: { sha256: sha256Hex('{}') },
      tool: TOOL,
    });
  });

  it('leaves out what is for pictures and for the desk: excerpt, fix, titles and advice of rules', () => {
    const edits = [{ path: 'a.yml', start: 0, end: 1, newText: 'x' }];
    const shown = finding('mapping/x', { excerpt: 'SECRET SOURCE LINE', fix: { title: 'Replace', edits } });
    const text = resultDocument(gateResult({ findings: [shown], waived: [shown] }), TOOL);
    expect(text).toBe(
      resultDocument(gateResult({ findings: [finding('mapping/x')], waived: [finding('mapping/x')] }), TOOL),
    );
    for (const word of ['SECRET', 'Replace', 'A reason.', 'A way out.', 'A title']) expect(text).not.toContain(word);
  });

  it('does not tell an absent field from one set to undefined', () => {
    const absent = resultDocument(gateResult({ findings: [finding('mapping/x')] }), TOOL);
    const location = { path: 'alerting/sigma/ps.yml', line: 9, column: 5, endLine: undefined };
    expect(resultDocument(gateResult({ findings: [finding('mapping/x', { owner: undefined, location })] }), TOOL)).toBe(
      absent,
    );
  });

  it.each([
    ['a gate that crashed', crashed()],
    ['an absolute path', gateResult({ findings: [finding('mapping/x', { location: { path: '/home/me/a.yml' } })] })],
    ['a drive letter', gateResult({ inputs: [{ path: 'C:\\a.yml', sha256: sha256Hex('') }] })],
    ['a path that climbs', gateResult({ inputs: [{ path: 'a/../../b', sha256: sha256Hex('') }] })],
    ['a digest that is none', gateResult({ optionsDigest: 'abc' })],
    ['a gate id that is no file name', gateResult({ gate: '../x' })],
    [
      'a number that JSON cannot hold',
      gateResult({ metrics: [{ id: 'm', title: 'M', value: Number.NaN, unit: '%' }] }),
    ],
  ])('is not made of %s', (_, result) => expect(() => resultDocument(result, TOOL)).toThrow());

  it('can always be read back, and depends on nothing but the result', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    const level = fc.constantFrom('error' as const, 'warning' as const, 'note' as const);
    const made = fc
      .record({ message: text, subject: text, remedy: text, owner: fc.option(text, { nil: undefined }), level })
      .map((fields) => finding('mapping/x', fields));
    const metric = fc.record({
      id: text,
      title: text,
      unit: text,
      value: fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e15, min: -1e15 }),
    });
    const result = fc
      .record({ findings: fc.array(made), metrics: fc.array(metric), checked: fc.nat() })
      .map((fields) => gateResult(fields));
    fc.assert(
      fc.property(result, (value) => {
        const document = resultDocument(value, TOOL);
        return (
          canonicalJson(resultSchema.parse(JSON.parse(document))) === document &&
          resultDocument(structuredClone(value), TOOL) === document
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
