// SPDX-License-Identifier: Apache-2.0
import { isIPv4 } from 'node:net';
import { parseNetwork } from '../../sigma/cidr.ts';
import type { Leaf, Test } from '../../sigma/expression.ts';
import { numberOf } from '../../sigma/match.ts';
import { ANY, plainText } from '../../sigma/text.ts';
import type { Atom } from './formula.ts';
import { isApart, isWithin } from './patterns.ts';
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
  const fields = Map.groupBy(atoms.entries(), ([, { leaf }]) => leaf.field);
  const groups = [...fields.values()];
  if (groups.reduce((sum, { length }) => sum + length ** 2, 0) > MOST_PAIRS) return undefined;
  const [ofLists, apart]: [Clause[], Clause[]] = [[], []];
  for (const group of groups) {
    ofLists.push(...presenceIn(group), ...coversIn(group));
    for (const [a, left] of group) {
      for (const [b, right] of group) {
        // Of alternatives in one list, one that is within another is told as such.
        if (a === b || (left.list !== undefined && left.list === right.list)) continue;
        if (implies(left.leaf.test, right.leaf.test)) ofLists.push([-(a + 1), b + 1]);
        // Keywords are searched in all values of an event, which are many.
        else if (a < b && left.leaf.field !== undefined && excludes(left.leaf.test, right.leaf.test))
          apart.push([-(a + 1), -(b + 1)]);
      }
    }
  }
  return { ofLists, ofSingles: [...ofLists, ...apart] };
}

type Group = readonly (readonly [number, Atom])[];

/** What is asked of a value needs one; what is not there is null, and so is what is null. */
function* presenceIn(group: Group): Generator<Clause> {
  const of = (is: Test['is']): number | undefined => group.find(([, { leaf }]) => leaf.test.is === is)?.[0];
  const [absent, present] = [of('null'), of('exists')];
  if (absent !== undefined && present !== undefined) yield [absent + 1, present + 1];
  for (const [atom, { leaf }] of group) {
    if (!asksValue(leaf)) continue;
    if (absent !== undefined) yield [-(atom + 1), -(absent + 1)];
    if (present !== undefined) yield [-(atom + 1), present + 1];
  }
}

function asksValue({ field, test }: Leaf): boolean {
  return field !== undefined && test.is !== 'null' && test.is !== 'exists';
}

/** A number is in one of two ranges that leave none out. */
function* coversIn(group: Group): Generator<Clause> {
  const ranges = group.flatMap(([atom, { leaf }]) => {
    const range = numbersOf(leaf.test);
    return range ? [{ atom, ...range }] : [];
  });
  for (const lower of ranges) {
    for (const upper of ranges) {
      if (lower.kind !== upper.kind || lower.kind === 'text') continue;
      if (!coverAll(lower.range, upper.range, lower.kind !== 'number')) continue;
      for (const { atom, kind } of ranges) {
        if (kind === lower.kind || (kind === 'text' && lower.kind === 'number'))
          yield [-(atom + 1), lower.atom + 1, upper.atom + 1];
      }
    }
  }
}

/** The numbers that a test holds of: of the value, of a value that is spelt out, or of a part of a date. */
function numbersOf(test: Test): { readonly kind: string; readonly range: Range } | undefined {
  if (test.is === 'compare') return { kind: 'number', range: rangeOf(test.operator, test.value) };
  if (test.is === 'time') return { kind: test.part, range: rangeOf(test.operator, test.value, true) };
  const number = test.is === 'text' ? numberOf(plainText(test.text) ?? '') : Number.NaN;
  return Number.isNaN(number) ? undefined : { kind: 'text', range: rangeOf('eq', number) };
}

/** Whether each value that meets the one meets the other. */
function implies(a: Test, b: Test): boolean {
  if (a.is === 'null' || a.is === 'exists') return false;
  if (b.is === 'text' && b.text.length === 1 && b.text[0] === ANY) return true;
  if (a.is === 'text' && b.is === 'text') return isWithin(a, b);
  if (a.is === 'cidr' && b.is === 'cidr') return isPartOf(a.network, b.network);
  if (a.is === 'text' && b.is === 'cidr') return addressOf(a) !== undefined && isPartOf(addressOf(a) ?? '', b.network);
  const [inner, outer] = [numbersOf(a), numbersOf(b)];
  if (!inner || !outer || !contains(outer.range, inner.range)) return false;
  return inner.kind === 'text' ? outer.kind === 'number' : inner.kind === outer.kind;
}

/** Whether no value meets both. */
function excludes(a: Test, b: Test): boolean {
  if (a.is === 'text' && b.is === 'text') return isApart(a, b);
  if (a.is === 'cidr' && b.is === 'text') return excludes(b, a);
  if (a.is === 'compare' && b.is === 'text') return excludes(b, a);
  if (a.is === 'text' && b.is === 'compare')
    return plainText(a.text) !== undefined && !contains(rangeOf(b.operator, b.value), rangeOf('eq', numberIn(a)));
  if (a.is === 'text' && b.is === 'cidr') return addressOf(a) !== undefined && !isPartOf(addressOf(a) ?? '', b.network);
  if (a.is === 'cidr' && b.is === 'cidr')
    return (
      isIPv4(baseOf(a.network)) === isIPv4(baseOf(b.network)) &&
      !isPartOf(a.network, b.network) &&
      !isPartOf(b.network, a.network)
    );
  const [left, right] = [numbersOf(a), numbersOf(b)];
  return left !== undefined && right !== undefined && left.kind === right.kind && areApart(left.range, right.range);
}

function numberIn({ text }: Extract<Test, { is: 'text' }>): number {
  return numberOf(plainText(text) ?? '');
}

function baseOf(network: string): string {
  return network.split('/')[0] ?? '';
}

/** An IPv4 address that is spelt out: those of IPv6 have several spellings. */
function addressOf(test: Extract<Test, { is: 'text' }>): string | undefined {
  const text = plainText(test.text);
  return text !== undefined && isIPv4(text) ? text : undefined;
}

/** Whether a network is a part of another one of the same version. */
function isPartOf(narrow: string, wide: string): boolean {
  if (isIPv4(baseOf(narrow)) !== isIPv4(baseOf(wide))) return false;
  const bits = (network: string): number => Number(network.split('/')[1] ?? (isIPv4(baseOf(network)) ? 32 : 128));
  return bits(narrow) >= bits(wide) && (parseNetwork(wide)?.(baseOf(narrow)) ?? false);
}
