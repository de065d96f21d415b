// SPDX-License-Identifier: Apache-2.0
import type { Operator } from '../condition/expression.ts';
import { type Address, isWithin, type Network, parseAddress, parseNetwork } from './address.ts';
import type { ValueType } from './field-type.ts';
import { globMatcher, pathMatcher, regexMatcher } from './pattern.ts';

export type Test = (value: unknown) => boolean;

const TEXT = '= != < <= > >= contains icontains startswith endswith glob iglob regex in intersects pmatch'.split(' ');
const NUMBER = '= != < <= > >= in intersects'.split(' ');
const SAME = '= != in intersects'.split(' ');
const BYTES = '= != contains bcontains startswith bstartswith endswith in intersects'.split(' ');

/** What Falco lets compare which type (libsinsp, filter_compare). */
export const OPERATORS_OF: Readonly<Record<ValueType, ReadonlySet<string>>> = {
  text: new Set(TEXT),
  number: new Set(NUMBER),
  flag: new Set(SAME),
  address: new Set(SAME),
  network: new Set(SAME),
  bytes: new Set(BYTES),
  dynamic: new Set([...TEXT, ...BYTES]),
};

/** What a written value must be for a type; undefined where it is that. */
export function demandOf(type: ValueType, operator: Operator, text: string): string | undefined {
  switch (type) {
    case 'number':
      return toNumber(text) === undefined ? 'a number' : undefined;
    case 'flag':
      return text === 'true' || text === 'false' ? undefined : 'true or false';
    case 'address':
      return parseAddress(text) === undefined ? 'an IP address' : undefined;
    case 'network':
      return parseNetwork(text) === undefined ? 'a network such as 10.0.0.0/8' : undefined;
    default:
      return operator.startsWith('b') && !/^(?:[\da-fA-F]{2})+$/.test(text) ? 'bytes in hexadecimal' : undefined;
  }
}

/**
 * Whether one value of an event passes against written values, decided once for all events. A value that is none of
 * the type passes nothing, `!=` included. Throws an Error where a pattern is wrong.
 */
export function testOf(type: ValueType, operator: Operator, written: readonly string[]): Test {
  switch (type) {
    case 'text':
      return textTest(operator, written);
    case 'number':
      return numberTest(operator, written);
    case 'flag':
      return sameTest(operator, written.map(toFlag), toFlag, (a, b) => a === b);
    case 'address':
      return sameTest<Address>(operator, written.map(parseAddress), toAddress, (a, b) => a === b);
    case 'network':
      return sameTest<Address, Network>(operator, written.map(parseNetwork), toAddress, isWithin);
    case 'bytes':
      return bytesTest(operator, written);
    case 'dynamic':
      return dynamicTest(operator, written);
  }
}

function textTest(operator: Operator, written: readonly string[]): Test {
  const [first = ''] = written;
  switch (operator) {
    case '=':
      return (value) => toText(value) === first;
    case '!=':
      return (value) => toText(value) !== first;
    case '<':
      return (value) => compareText(toText(value), first) < 0;
    case '<=':
      return (value) => compareText(toText(value), first) <= 0;
    case '>':
      return (value) => compareText(toText(value), first) > 0;
    case '>=':
      return (value) => compareText(toText(value), first) >= 0;
    case 'contains':
      return (value) => toText(value).includes(first);
    case 'icontains': {
      const folded = toLower(first);
      return (value) => toLower(toText(value)).includes(folded);
    }
    case 'startswith':
      return (value) => toText(value).startsWith(first);
    case 'endswith':
      return (value) => toText(value).endsWith(first);
    case 'in':
    case 'intersects': {
      const set = new Set(written);
      return (value) => set.has(toText(value));
    }
    case 'pmatch':
      return onText(pathMatcher(written));
    case 'glob':
      return onText(globMatcher(first, false));
    case 'iglob':
      return onText(globMatcher(first, true));
    case 'regex':
      return onText(regexMatcher(first));
    default:
      return bytesTest(operator, written);
  }
}

function onText(matches: (text: string) => boolean): Test {
  return (value) => matches(toText(value));
}

function numberTest(operator: Operator, written: readonly string[]): Test {
  const numbers = written.map(toNumber);
  const right = numbers[0] ?? Number.NaN;
  const order = ORDERS[operator];
  if (!order) return sameTest(operator, numbers, toNumber, (a, b) => a === b);
  return (value) => {
    const left = toNumber(value);
    return left !== undefined && order(left, right);
  };
}

const ORDERS: Readonly<Partial<Record<Operator, (left: number, right: number) => boolean>>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

function sameTest<Left, Right = Left>(
  operator: Operator,
  written: readonly (Right | undefined)[],
  read: (value: unknown) => Left | undefined,
  same: (left: Left, right: Right) => boolean,
): Test {
  const rights = written.filter((right) => right !== undefined);
  const [first] = rights;
  if (operator === '!=') {
    return (value) => {
      const left = read(value);
      return left !== undefined && first !== undefined && !same(left, first);
    };
  }
  return (value) => {
    const left = read(value);
    return left !== undefined && rights.some((right) => same(left, right));
  };
}

function bytesTest(operator: Operator, written: readonly string[]): Test {
  const hex = operator === 'bcontains' || operator === 'bstartswith';
  if (!hex) return textTest(operator, written);
  const wanted = Buffer.from(written[0] ?? '', 'hex');
  return operator === 'bcontains'
    ? (value) => Buffer.from(toText(value)).includes(wanted)
    : (value) => Buffer.from(toText(value)).subarray(0, wanted.length).equals(wanted);
}

function dynamicTest(operator: Operator, written: readonly string[]): Test {
  const asText = textTest(operator, written);
  if (!NUMBER.includes(operator)) return asText;
  const allNumbers = written.every((text) => toNumber(text) !== undefined);
  const asNumber = allNumbers ? numberTest(operator, written) : asText;
  return (value) => (toNumber(value) === undefined ? asText(value) : asNumber(value));
}

/** Numbers as decimals, lists and objects as JSON. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const DECIMAL = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]\d+)?$/;
const HEX = /^0[xX][\da-fA-F]+$/;

/** Numbers beyond 2^53 are as exact as JSON reads them. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !(DECIMAL.test(value) || HEX.test(value))) return undefined;
  return Number(value);
}

function toFlag(value: unknown): boolean | undefined {
  if (value === true || value === 'true' || value === 1 || value === '1') return true;
  return value === false || value === 'false' || value === 0 || value === '0' ? false : undefined;
}

function toAddress(value: unknown): Address | undefined {
  return typeof value === 'string' ? parseAddress(value) : undefined;
}

/** ASCII only, as in the C locale that Falco runs in. */
export function toLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function toUpper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** By code points, which is the order of UTF-8 bytes. */
function compareText(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
