// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { resultDocument, resultSchema } from '../../src/evidence/result.ts';
import { gateStatement } from '../../src/evidence/statement.ts';
import type { GateResult } from '../../src/gate/result.ts';
import { canonicalJson, digestTree, sha256Hex } from '../../src/hash/index.ts';
import { finding, gateResult, passing, TOOL } from './report.ts';

function statementOf(result: GateResult): { predicate: Record<string, unknown>; subject: unknown } {
  const text = resultDocument(result, TOOL);
  return JSON.parse(gateStatement(resultSchema.parse(JSON.parse(text)), sha256Hex(text)));
}

describe('the in-toto statement of a gate', () => {
  it('is a Statement v1 with a test-result predicate, in canonical JSON', () => {
    const result = gateResult();
    const text = resultDocument(result, TOOL);
    const sha256 = sha256Hex(text);
    const statement = gateStatement(resultSchema.parse(JSON.parse(text)), sha256);
    expect(canonicalJson(JSON.parse(statement))).toBe(statement);
    expect(JSON.parse(statement)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        { name: `gates/attack-mapper-${sha256.slice(0, 12)}.json`, digest: { sha256 } },
        { name: 'inputs', digest: { sha256: digestTree(result.inputs) } },
      ],
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      predicate: {
        result: 'FAILED',
        configuration: [
          { name: 'options', digest: { sha256: sha256Hex('{}') } },
          { name: 'rules', digest: { sha256: sha256Hex(canonicalJson(JSON.parse(text).rules)) } },
        ],
        passedTests: ['mapping/unknown-technique'],
        warnedTests: [],
        failedTests: ['mapping/revoked-technique'],
      },
    });
  });

  it.each<[string, GateResult, string]>([
    ['a pass', passing(), 'PASSED'],
    ['a pass with an open warning', passing({ findings: [finding('mapping/x', { level: 'warning' })] }), 'WARNED'],
    ['a pass with an open note', passing({ findings: [finding('mapping/x', { level: 'note' })] }), 'PASSED'],
    ['a pass with a waived error', passing({ waived: [finding('mapping/x')] }), 'PASSED'],
    ['a failure', gateResult(), 'FAILED'],
    ['a failure by warnings', gateResult({ findings: [finding('mapping/x', { level: 'warning' })] }), 'FAILED'],
    ['nothing checked', passing({ verdict: 'nothing-checked', exit: 3, checked: 0 }), 'FAILED'],
  ])('%s is %s…', (_, result, outcome) => expect(statementOf(result).predicate['result']).toBe(outcome));

  it('sorts the rules by their worst open finding; where nothing was checked, none passed', () => {
    const open = [
      finding('mapping/b', { level: 'warning' }),
      finding('mapping/b'),
      finding('mapping/a'),
      finding('mapping/c', { level: 'warning' }),
    ];
    expect(statementOf(gateResult({ findings: open })).predicate).toMatchObject({
      failedTests: ['mapping/a', 'mapping/b'],
      warnedTests: ['mapping/c'],
      passedTests: ['mapping/revoked-technique', 'mapping/unknown-technique'],
    });
    expect(statementOf(passing({ verdict: 'nothing-checked' })).predicate['passedTests']).toEqual([]);
  });
});
