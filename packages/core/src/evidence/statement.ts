// SPDX-License-Identifier: Apache-2.0
import { canonicalJson, digestTree, sha256Hex } from '../hash/index.ts';
import { documentPath } from './names.ts';
import type { ResultDocument } from './result.ts';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const TEST_RESULT_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';

/**
 * The in-toto statement on one gate's result, as JCS text: the result file and the inputs are its subjects. It follows
 * from the result alone, so a verifier makes it again and compares the bytes.
 */
export function gateStatement(result: ResultDocument, resultSha256: string): string {
  const tests = sortTests(result);
  return canonicalJson({
    _type: STATEMENT_TYPE,
    subject: [
      { name: documentPath('gates', result.gate, resultSha256), digest: { sha256: resultSha256 } },
      { name: 'inputs', digest: { sha256: digestTree(result.inputs) } },
    ],
    predicateType: TEST_RESULT_TYPE,
    predicate: {
      result: outcomeOf(result.verdict, tests.warnedTests.length),
      configuration: [
        { name: 'options', digest: { sha256: result.options.sha256 } },
        { name: 'rules', digest: { sha256: rulesDigest(result) } },
        // A pass of a change is no pass of all: who reads the statement alone must see it.
        ...(result.scope ? [{ name: 'changed-since', digest: { gitCommit: result.scope.base } }] : []),
      ],
      ...tests,
    },
  });
}

/** sha256 of the JCS list of `{id, major, level}`. */
export function rulesDigest(result: ResultDocument): string {
  return sha256Hex(canonicalJson(result.rules));
}

/** "Nothing checked" is no pass: a consumer that asks for PASSED must not get it for an empty folder. */
function outcomeOf(verdict: ResultDocument['verdict'], warnings: number): 'PASSED' | 'WARNED' | 'FAILED' {
  if (verdict !== 'pass') return 'FAILED';
  return warnings > 0 ? 'WARNED' : 'PASSED';
}

/** A rule failed by its open errors and warned by its open warnings; notes and waived findings leave it passed. */
function sortTests(result: ResultDocument): Record<'passedTests' | 'warnedTests' | 'failedTests', string[]> {
  const failed = idsAt(result, 'error');
  const warned = idsAt(result, 'warning').difference(failed);
  const ran = new Set(result.verdict === 'nothing-checked' ? [] : result.rules.map((rule) => rule.id));
  return {
    passedTests: [...ran.difference(failed).difference(warned)].sort(),
    warnedTests: [...warned].sort(),
    failedTests: [...failed].sort(),
  };
}

function idsAt(result: ResultDocument, level: 'error' | 'warning'): Set<string> {
  return new Set(result.findings.filter((finding) => finding.level === level).map((finding) => finding.ruleId));
}
