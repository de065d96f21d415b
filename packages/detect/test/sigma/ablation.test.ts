// SPDX-License-Identifier: Apache-2.0
// Engines that misread one thing each, as engines have done: every one is told from ours by a vector.
import { describe, expect, it } from 'vitest';
import { and, type Expression, type Leaf, not, or } from '../../src/sigma/expression.ts';
import { compileMatcher } from '../../src/sigma/match.ts';
import { parseRule } from '../../src/sigma/parse.ts';
import { EventView } from '../../src/sigma/view.ts';
import { eventOf } from './event.ts';

type Selection = Readonly<Record<string, unknown>>;

interface Ablation {
  /** Misreads what the author wrote. */
  readonly key?: (key: string) => string;
  readonly value?: (value: string) => string;
  /** Misreads what was asked. */
  readonly leaf?: (leaf: Leaf) => Expression;
}

const ABLATIONS: Readonly<Record<string, Ablation>> = {
  'case counts': {
    leaf: (leaf) => (leaf.test.is === 'text' ? { ...leaf, test: { ...leaf.test, cased: true } } : leaf),
  },
  'a backslash escapes whatever follows': { value: (value) => value.replaceAll(/\\([^*?\\])/g, '$1') },
  'a backslash never escapes': { value: (value) => value.replaceAll('\\', '\\\\') },
  'there is no windash': { key: (key) => key.replace('|windash', '') },
  'a pattern must match the whole value': {
    leaf: (leaf) =>
      leaf.test.is === 'regex' ? { ...leaf, test: { ...leaf.test, source: `^(?:${leaf.test.source})$` } } : leaf,
  },
  'there are no wildcards': { value: (value) => value.replaceAll(/(?<!\\)[*?]/g, String.raw`\$&`) },
  'null needs the key': {
    leaf: (leaf) => (leaf.test.is === 'null' ? and([leaf, { ...leaf, test: { is: 'exists', present: true } }]) : leaf),
  },
  'an empty text is missing': {
    leaf: (leaf) =>
      leaf.test.is === 'null' ? or([leaf, { ...leaf, test: { is: 'text', text: [], cased: false } }]) : leaf,
  },
  'no IPv6': {
    leaf: (leaf) => (leaf.test.is === 'cidr' && leaf.test.network.includes(':') ? not(or([leaf, not(leaf)])) : leaf),
  },
  'numbers are compared as they are typed': {
    leaf: (leaf) => (leaf.test.is === 'compare' ? and([leaf, { ...leaf, test: { is: 'null' } }]) : leaf),
  },
  'fields are compared with case': {
    leaf: (leaf) => (leaf.test.is === 'field' ? { ...leaf, test: { ...leaf.test, cased: true } } : leaf),
  },
};

/** Read from the specification: what must match, and a near miss. */
const VECTORS: Readonly<Record<keyof typeof ABLATIONS, readonly [Selection, event: Selection, matches: boolean]>> = {
  'case counts': [{ Image: 'CMD.exe' }, { Image: 'cmd.EXE' }, true],
  'a backslash escapes whatever follows': [{ 'Image|endswith': String.raw`\cmd.exe` }, { Image: 'xcmd.exe' }, false],
  'a backslash never escapes': [{ Share: String.raw`\\\\host` }, { Share: String.raw`\\host` }, true],
  'there is no windash': [{ 'Line|windash|contains': ' -enc ' }, { Line: 'x /enc y' }, true],
  'a pattern must match the whole value': [{ 'Line|re': 'a+b' }, { Line: 'xaab' }, true],
  'there are no wildcards': [{ Line: 'a*c?' }, { Line: 'abbcd' }, true],
  'null needs the key': [{ User: null }, {}, true],
  'an empty text is missing': [{ User: null }, { User: '' }, false],
  'no IPv6': [{ 'Ip|cidr': 'fe80::/10' }, { Ip: 'fe80::1' }, true],
  'numbers are compared as they are typed': [{ 'Count|gt': 5 }, { Count: '6' }, true],
  'fields are compared with case': [{ 'A|fieldref': 'B' }, { A: 'x', B: 'X' }, true],
};

function judge(selection: Selection, event: Selection, { key, value, leaf }: Ablation = {}): boolean {
  const written = Object.entries(selection).map(([name, given]) => [
    key?.(name) ?? name,
    typeof given === 'string' ? (value?.(given) ?? given) : given,
  ]);
  const detection = { s: Object.fromEntries(written), condition: 's' };
  const parsed = parseRule({ title: 'T', logsource: { product: 'windows' }, detection });
  if ('problem' in parsed) throw new Error(parsed.problem.message);
  const asked = mapLeaves(or(parsed.rule.expressions), leaf ?? ((same) => same));
  return compileMatcher(asked)(new EventView(eventOf(event)));
}

function mapLeaves(expression: Expression, map: (leaf: Leaf) => Expression): Expression {
  switch (expression.kind) {
    case 'leaf':
      return map(expression);
    case 'not':
      return { ...expression, part: mapLeaves(expression.part, map) };
    default:
      return { ...expression, parts: expression.parts.map((part) => mapLeaves(part, map)) };
  }
}

describe.each(Object.entries(ABLATIONS))('an engine in which %s', (name, ablation) => {
  const [selection, event, matches] = VECTORS[name] ?? [{}, {}, true];

  it('answers what ours does not', () => {
    expect(judge(selection, event)).toBe(matches);
    expect(judge(selection, event, ablation)).toBe(!matches);
  });

  it('answers most of the others as ours does: it misreads one thing', () => {
    const others = Object.values(VECTORS).filter(([asked, given, wanted]) => judge(asked, given, ablation) !== wanted);
    expect(others.length).toBeLessThan(4);
  });
});
