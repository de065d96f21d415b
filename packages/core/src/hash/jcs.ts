// SPDX-License-Identifier: Apache-2.0
import canonicalize from 'canonicalize';

/** Levels of nesting; deeper values are a defect, or an attack on whatever walks them later. */
const MAX_DEPTH = 128;

/** From here on ECMAScript writes an exponent, which says "double", not "integer". */
const FIRST_EXPONENT = 1e21;

type Path = (string | number)[];

/**
 * RFC 8785 canonical JSON. Throws TypeError, naming the JSON pointer, for what JSON cannot say exactly: the
 * serialiser alone drops `undefined`, writes a Map as `{}` and a Date as text, and evidence must not lose anything.
 */
export function canonicalJson(value: unknown): string {
  check(value, [], []);
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('JCS: the value has no JSON form');
  return text;
}

function check(value: unknown, path: Path, ancestors: object[]): void {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) refuse(path, 'a string with a lone surrogate (RFC 8785 §3.2.2.2)');
      return;
    case 'number':
      return checkNumber(value, path);
    case 'boolean':
      return;
    case 'object':
      if (value !== null) checkContainer(value, path, ancestors);
      return;
    default:
      refuse(path, typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`);
  }
}

/** I-JSON (RFC 7493 §2.2): an integer beyond 2^53-1 is another integer in the next reader. */
function checkNumber(value: number, path: Path): void {
  if (!Number.isFinite(value)) refuse(path, String(value));
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < FIRST_EXPONENT) {
    refuse(path, `the integer ${value}, beyond 2^53-1`);
  }
}

function checkContainer(value: object, path: Path, ancestors: object[]): void {
  if (ancestors.includes(value)) refuse(path, 'a cycle');
  if (ancestors.length === MAX_DEPTH) refuse(path, `more than ${MAX_DEPTH} levels of nesting`);
  ancestors.push(value);
  if (Array.isArray(value)) checkArray(value, path, ancestors);
  else checkObject(value, path, ancestors);
  ancestors.pop();
}

function checkArray(value: readonly unknown[], path: Path, ancestors: object[]): void {
  if (Object.keys(value).length !== value.length) refuse(path, 'a sparse array, or one with named properties');
  for (let index = 0; index < value.length; index++) {
    path.push(index);
    check(value[index], path, ancestors);
    path.pop();
  }
}

function checkObject(value: object, path: Path, ancestors: object[]): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    refuse(path, `a ${value.constructor?.name || 'class instance'}`);
  if (Object.getOwnPropertySymbols(value).length > 0) refuse(path, 'an object with symbol keys');
  for (const [key, member] of Object.entries(value)) {
    path.push(key);
    if (!key.isWellFormed()) refuse(path, 'a key with a lone surrogate (RFC 8785 §3.2.2.2)');
    check(member, path, ancestors);
    path.pop();
  }
}

function refuse(path: Path, what: string): never {
  const pointer = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  throw new TypeError(`JCS: ${what} at "${pointer}"`);
}
