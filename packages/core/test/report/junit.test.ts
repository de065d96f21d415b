// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { GateResult } from '../../src/gate/result.ts';
import { REPORTERS } from '../../src/report/index.ts';
import {
  CLEAN,
  CRASHED,
  EMPTY,
  everything,
  failingGate,
  finding,
  PLAIN,
  passingGate,
  reportOf,
  rule,
} from './samples.ts';
import { elementsOf, readXml } from './xml.ts';

const read = (...gates: GateResult[]) => readXml(REPORTERS.junit(reportOf(...gates), PLAIN));

describe('the JUnit report', () => {
  it('has a suite per gate and a case per rule that ran', () => {
    const rules = [rule('mapping/a'), rule('mapping/b')];
    const root = read(passingGate({ rules }), CLEAN);
    expect(root.children.map((suite) => suite.attributes.get('name'))).toEqual(['attack-mapper', 'exception']);
    expect(elementsOf(root, 'testcase').map((test) => test.attributes.get('name'))).toEqual([
      'mapping/a',
      'mapping/b',
      'exception/expired-in-effect',
    ]);
  });

  it('counts what it holds, in each suite and at the root', () => {
    const root = read(everything(), CLEAN, EMPTY, CRASHED);
    for (const element of [root, ...root.children]) {
      expect(element.attributes.get('tests')).toBe(String(elementsOf(element, 'testcase').length));
      expect(element.attributes.get('failures')).toBe(String(elementsOf(element, 'failure').length));
      expect(element.attributes.get('errors')).toBe(String(elementsOf(element, 'error').length));
      expect(element.attributes.get('skipped')).toBe(String(elementsOf(element, 'skipped').length));
    }
    expect(['failures', 'errors', 'skipped'].map((name) => root.attributes.get(name))).toEqual(['2', '1', '1']);
  });

  it('fails the case of a rule that found errors or warnings, and lists them', () => {
    const failure = elementsOf(read(failingGate([finding(), finding({ level: 'warning' })])), 'failure')[0];
    expect(failure?.attributes.get('message')).toBe('1 error, 1 warning');
    expect(failure?.text.trim().split('\n')).toEqual([
      'alerting/sigma/wscript.yml:12:5: error: T1064 is revoked; T1059 replaces it → Write attack.t1059 instead.',
      'alerting/sigma/wscript.yml:12:5: warning: T1064 is revoked; T1059 replaces it → Write attack.t1059 instead.',
    ]);
  });

  it('tells notes without failing, where there is worse', () => {
    const root = read(failingGate([finding(), finding({ ruleId: 'mapping/x', level: 'note' })]));
    expect(elementsOf(root, 'failure')).toHaveLength(1);
    expect(elementsOf(root, 'system-out')[0]?.text).toContain(': note: T1064');
  });

  it('has no failure where the gate passed: warnings are told, and the verdict stands', () => {
    const root = read(passingGate({ findings: [finding({ level: 'warning' })] }));
    expect(elementsOf(root, 'failure')).toEqual([]);
    expect(elementsOf(root, 'system-out')[0]?.text).toContain(': warning: T1064');
  });

  it('has a failure wherever the gate failed, if only on notes', () => {
    expect(elementsOf(read(failingGate([finding({ level: 'note' })])), 'failure')).toHaveLength(1);
  });

  it('does not lose findings of rules that no catalogue names', () => {
    const root = read(failingGate([finding({ ruleId: 'core/unreadable-input' })], { rules: [] }));
    expect(elementsOf(root, 'testcase')[0]?.attributes.get('name')).toBe('core/unreadable-input');
  });

  it('skips the rules of a gate that had nothing to check', () => {
    expect(elementsOf(read(EMPTY), 'skipped')[0]?.attributes.get('message')).toBe('no indicators to check');
  });

  it('keeps the line feeds of an attribute', () => {
    const metrics = [{ id: 'x', title: 'X', value: 1, unit: 'a\nb\tc' }];
    expect(
      elementsOf(read(passingGate({ metrics })), 'property')
        .at(-1)
        ?.attributes.get('value'),
    ).toBe('1 a\nb\tc');
  });

  it('shows a crash as an error', () => {
    expect(elementsOf(read(CRASHED), 'error')[0]?.text).toBe(CRASHED.error);
  });
});
