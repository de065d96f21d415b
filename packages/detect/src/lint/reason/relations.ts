// SPDX-License-Identifier: Apache-2.0
import { isIPv4 } from 'node:net';
import { type Network, parseNetwork } from '../../sigma/cidr.ts';
import type { Test, TimePart } from '../../sigma/expression.ts';
import { numberOf } from '../../sigma/match.ts';
import { ANY, plainText } from '../../sigma/text.ts';
import type { Atom } from './formula.ts';
import { isApart, isWithin, type Pattern, patternOf } from './patterns.ts';
import { areApart, contains, coverAll, type Range, rangeOf } from './ranges.ts';
import type { Clause } from './solve.ts';

/** What follows from what, whatever the event. */
export interface Relations {
  /** Of fields that can hold lists, where each question may be answered by another value. */
  readonly ofLists: readonly Clause[];
  /** The same, and what is so where a field holds one value at most. */
  readonly ofSingles: readonly Clause[];
}

/** Generated lists have thousands of values; comparing each with each would take longer than all other rules together. */
const MOST_PAIRS = 40_000;

/** Undefined where there are too many questions to compare. */
export function relationsOf(atoms: readonly Atom[]): Relations | undefined {
  const asked = atoms.map((atom, number): Asked => ({ number, ...atom, ...meaningOf(atom.leaf.test) }));
  const groups = [...Map.groupBy(asked, ({ leaf }) => leaf.field).values()];
  if (groups.reduce((sum, { length }) => sum + length ** 2, 0) > MOST_PAIRS) return undefined;
  const [ofLists, apart]: [Clause[], Clause[]] = [[], []];
  for (const group of groups) {
    ofLists.push(...presenceIn(group), ...coversIn(group));
    for (const left of group) {
      for (const right of group) {
        // Of values in one list, one that is within another is told as such.
        if (left === right || (left.list !== undefined && left.list === right.list)) continue;
        const [a, b] = [left.number + 1, right.number + 1];
        if (implies(left, right)) ofLists.push([-a, b]);
        // Keywords are searched in all values of an event, which are many.
        else if (a < b && left.leaf.field !== undefined && excludes(left, right)) apart.push([-a, -b]);
      }
    }
  }
  return { ofLists, ofSingles: [...ofLists, ...apart] };
}

/** An atom and what is compared of it. */
interface Asked extends Atom, Meaning {
  readonly number: number;
}

interface Meaning {
  readonly test: Test;
  readonly pattern?: Pattern;
  /** Of a network, and of an IPv4 address that is spelt out: those of IPv6 have several spellings. */
  readonly network?: { readonly base: string; readonly bits: number; readonly has: Network };
  readonly numbers?: Numbers;
}

/** The numbers that a test holds of: of the value, of a value that is spelt out, or of a part of a date. */
interface Numbers {
  readonly kind: 'value' | 'spelt' | TimePart;
  readonly range: Range;
}

function meaningOf(test: Test): Meaning {
  switch (test.is) {
    case 'compare':
      return { test, numbers: { kind: 'value', range: rangeOf(test.operator, test.value) } };
    case 'time':
      return { test, numbers: { kind: test.part, range: rangeOf(test.operator, test.value, true) } };
    case 'cidr':
      return { test, ...networkOf(test.network) };
    case 'text': {
      const plain = plainText(test.text);
      const number = numberOf(plain ?? '');
      return {
        test,
        pattern: patternOf(test),
        ...(plain !== undefined && isIPv4(plain) && networkOf(plain)),
        ...(!Number.isNaN(number) && { numbers: { kind: 'spelt', range: rangeOf('eq', number) } }),
      };
    }
    default:
      return { test };
  }
}

function networkOf(text: string): Pick<Meaning, 'network'> {
  const [base = '', bits = isIPv4(base) ? 32 : 128] = text.split('/');
  const has = parseNetwork(text);
  return has ? { network: { base, bits: Number(bits), has } } : {};
}

/** What is asked of a value needs one; what is not there is null, and so is what is null. */
function* presenceIn(group: readonly Asked[]): Generator<Clause> {
  const of = (is: Test['is']): number => (group.find(({ test }) => test.is === is)?.number ?? -1) + 1;
  const [absent, present] = [of('null'), of('exists')];
  if (absent > 0 && present > 0) yield [absent, present];
  for (const { number, leaf, test } of group) {
    if (leaf.field === undefined || test.is === 'null' || test.is === 'exists') continue;
    if (absent > 0) yield [-(number + 1), -absent];
    if (present > 0) yield [-(number + 1), present];
  }
}

/** A number is in one of two ranges that leave none out. */
function* coversIn(group: readonly Asked[]): Generator<Clause> {
  const ranges = group.flatMap(({ number, numbers }) => (numbers ? [{ atom: number + 1, ...numbers }] : []));
  for (const lower of ranges) {
    for (const upper of ranges) {
      if (lower.kind !== upper.kind || lower.kind === 'spelt') continue;
      if (!coverAll(lower.range, upper.range, lower.kind !== 'value')) continue;
      for (const { atom, kind } of ranges)
        if (kind === lower.kind || (kind === 'spelt' && lower.kind === 'value')) yield [-atom, lower.atom, upper.atom];
    }
  }
}

/** Whether each value that meets the one meets the other. */
function implies(a: Asked, b: Asked): boolean {
  if (a.test.is === 'null' || a.test.is === 'exists') return false;
  if (b.test.is === 'text' && b.test.text.length === 1 && b.test.text[0] === ANY) return true;
  if (a.pattern && b.pattern) return isWithin(a.pattern, b.pattern);
  if (a.network && b.test.is === 'cidr') return isPartOf(a, b);
  if (!a.numbers || !b.numbers || !contains(b.numbers.range, a.numbers.range)) return false;
  return a.numbers.kind === b.numbers.kind || (a.numbers.kind === 'spelt' && b.numbers.kind === 'value');
}

/** Whether no value meets both. */
function excludes(a: Asked, b: Asked): boolean {
  if (a.pattern && b.pattern) return isApart(a.pattern, b.pattern);
  if (b.pattern) return excludes(b, a);
  // What is spelt out and no number is in no range.
  if (a.test.is === 'text' && b.numbers?.kind === 'value')
    return plainText(a.test.text) !== undefined && (!a.numbers || !contains(b.numbers.range, a.numbers.range));
  if (a.network && b.network)
    return isIPv4(a.network.base) === isIPv4(b.network.base) && !isPartOf(a, b) && !isPartOf(b, a);
  return a.numbers !== undefined && a.numbers.kind === b.numbers?.kind && areApart(a.numbers.range, b.numbers.range);
}

/** Whether a network is a part of another one of the same version. */
function isPartOf({ network: narrow }: Asked, { network: wide }: Asked): boolean {
  if (!narrow || !wide || isIPv4(narrow.base) !== isIPv4(wide.base)) return false;
  return narrow.bits >= wide.bits && wide.has(narrow.base);
}
