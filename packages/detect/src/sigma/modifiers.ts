// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import { RE2JS } from 're2js';
import type { Affix, Comparison, Test, TimePart } from './expression.ts';
import { parseNetwork } from './cidr.ts';
import { refuse } from './problem.ts';
import { ANY, joined, mapLiterals, parseText, plainText, type Text, type TextPart } from './text.ts';

/** A scalar of a rule. */
export type Scalar = string | number | boolean | null;

/** What the modifiers of a key make of its values. */
export interface Modified {
  /** One for each way to meet one value, in the order of the values. */
  readonly tests: readonly (readonly Test[])[];
  /** Whether all values must be met, instead of one. */
  readonly all: boolean;
  /** Whether the field must be there and meet none. */
  readonly negated: boolean;
}

/** A value on its way through the modifiers. */
type Value =
  | { readonly of: 'text'; readonly text: Text; readonly encoding: 'utf8' | 'latin1' }
  | { readonly of: 'number' | 'boolean'; readonly value: number | boolean }
  | { readonly of: 'null' };

const AFFIXES: readonly string[] = ['contains', 'startswith', 'endswith'];
const COMPARISONS: readonly string[] = ['lt', 'lte', 'gt', 'gte'];
const TIME_PARTS: readonly string[] = ['minute', 'hour', 'day', 'week', 'month', 'year'];
const REGEX_FLAGS: Readonly<Record<string, string>> = {
  i: 'i',
  ignorecase: 'i',
  m: 'm',
  multiline: 'm',
  s: 's',
  dotall: 's',
};
const ENCODERS: Readonly<Record<string, (literal: string) => Buffer>> = {
  wide: (literal) => Buffer.from(literal, 'utf16le'),
  utf16le: (literal) => Buffer.from(literal, 'utf16le'),
  utf16be: (literal) => Buffer.from(literal, 'utf16le').swap16(),
  utf16: (literal) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(literal, 'utf16le')]),
};

/** Every modifier there is (Sigma specification 2.1.0, appendix modifiers, and `i m s` with their long names). */
const MODIFIERS: ReadonlySet<string> = new Set([
  ...AFFIXES,
  ...COMPARISONS,
  ...TIME_PARTS,
  ...Object.keys(REGEX_FLAGS),
  ...Object.keys(ENCODERS),
  'all',
  'base64',
  'base64offset',
  'cased',
  'cidr',
  'exists',
  'expand',
  'fieldref',
  'neq',
  're',
  'windash',
]);

export interface Keyed {
  readonly modifiers: readonly string[];
  readonly values: readonly Scalar[];
  /** Of each value. */
  readonly at: (index: number) => Pointer;
  readonly keyword: boolean;
  /** What placeholders stand for. */
  readonly placeholders: ReadonlyMap<string, readonly string[]>;
}

/** Applies the modifiers of one key. Throws RuleProblem. */
export function applyModifiers(keyed: Keyed): Modified {
  const { modifiers, values, at } = keyed;
  const here = at(0);
  for (const modifier of modifiers) {
    if (!MODIFIERS.has(modifier)) refuse('modifier', `there is no modifier "${modifier}"`, here);
  }
  const has = (name: string): boolean => modifiers.includes(name);
  const testsOf = testMaker(keyed);
  const tests = values.map((value, index) => testsOf(value, at(index)));
  if (has('all') && values.length === 1 && tests[0]?.length === 1) {
    refuse('modifier', '`all` asks for all of one value', here, 'Leave `all` out, or list the other values.');
  }
  return { tests, all: has('all'), negated: has('neq') };
}

/** Modifiers that make a test of their own, and what may stand beside each; `all` and `neq` always may. */
const COMPANIONS: readonly (readonly [name: string, allowed: readonly string[]])[] = [
  ['re', [...AFFIXES, ...Object.keys(REGEX_FLAGS)]],
  ['cidr', []],
  ['exists', []],
  ['fieldref', [...AFFIXES, 'cased']],
  ...TIME_PARTS.map((name) => [name, COMPARISONS] as const),
  ...COMPARISONS.map((name) => [name, TIME_PARTS] as const),
];

/** What is left out would change what the rule asks: `gt|lt` is not `gt`. */
function refuseStrangers(own: readonly string[], at: Pointer): void {
  for (const [name, allowed] of COMPANIONS) {
    const other = own.includes(name) ? own.find((each) => each !== name && !allowed.includes(each)) : undefined;
    if (other !== undefined) refuse('modifier', `\`${name}\` cannot be combined with \`${other}\``, at);
  }
}

/** What the modifiers of a key make of each of its values. */
function testMaker({ modifiers, keyword, placeholders, at: place }: Keyed): (scalar: Scalar, at: Pointer) => Test[] {
  const own = modifiers.filter((name) => name !== 'all' && name !== 'neq');
  refuseStrangers(own, place(0));
  if (own.includes('re')) return (scalar, at) => [regexTest(scalar, own, at)];
  if (own.includes('cidr')) return (scalar, at) => [cidrTest(scalar, at)];
  if (own.includes('exists')) return (scalar, at) => [existsTest(scalar, at)];
  if (own.includes('fieldref')) return (scalar, at) => [fieldTest(scalar, own, at)];
  const part = own.find((name) => TIME_PARTS.includes(name)) as TimePart | undefined;
  const comparison = own.find((name) => COMPARISONS.includes(name)) as Comparison | undefined;
  if (part !== undefined) return (scalar, at) => [timeTest(scalar, part, comparison, at)];
  if (comparison !== undefined) return (scalar, at) => [compareTest(scalar, comparison, at)];
  return (scalar, at) => textTests(scalar, own, keyword, placeholders, at);
}

function textTests(
  scalar: Scalar,
  modifiers: readonly string[],
  keyword: boolean,
  placeholders: ReadonlyMap<string, readonly string[]>,
  at: Pointer,
): Test[] {
  let values: Value[] = [valueOf(scalar, at)];
  for (const modifier of modifiers) values = values.flatMap((value) => applyOne(modifier, value, placeholders, at));
  const cased = modifiers.includes('cased');
  return values.map((value) => {
    if (value.of === 'null') return { is: 'null' };
    const text = value.of === 'text' ? value.text : parsedScalar(value.value);
    return { is: 'text', text: keyword ? joined([ANY, ...text, ANY]) : text, cased };
  });
}

function parsedScalar(value: number | boolean): Text {
  return [String(value)];
}

function valueOf(scalar: Scalar, at: Pointer): Value {
  if (scalar === null) return { of: 'null' };
  if (Number.isInteger(scalar) && !Number.isSafeInteger(scalar))
    refuse('value', 'a number of so many digits is not kept as it is written', at, 'Put it in quotes.');
  if (typeof scalar === 'number') return { of: 'number', value: scalar };
  if (typeof scalar === 'boolean') return { of: 'boolean', value: scalar };
  return { of: 'text', text: parseText(scalar), encoding: 'utf8' };
}

function applyOne(
  modifier: string,
  value: Value,
  placeholders: ReadonlyMap<string, readonly string[]>,
  at: Pointer,
): Value[] {
  if (modifier === 'cased') return [value];
  if (value.of === 'null') return refuse('modifier', `\`${modifier}\` cannot be applied to null`, at);
  const text = value.of === 'text' ? value.text : parsedScalar(value.value);
  const encoding = value.of === 'text' ? value.encoding : 'utf8';
  const texts = (all: readonly Text[], how: 'utf8' | 'latin1' = encoding): Value[] =>
    all.map((each) => ({ of: 'text', text: each, encoding: how }));
  switch (modifier) {
    case 'contains':
      return texts([joined([ANY, ...text, ANY])]);
    case 'startswith':
      return texts([joined([...text, ANY])]);
    case 'endswith':
      return texts([joined([ANY, ...text])]);
    case 'windash':
      return texts(dashed(text, at));
    case 'expand':
      return texts(expanded(text, placeholders, at));
    case 'base64':
      return texts([[bytesOf(text, encoding, modifier, at).toString('base64')]], 'utf8');
    case 'base64offset':
      return texts(offsets(bytesOf(text, encoding, modifier, at)), 'utf8');
    default: {
      const encode = ENCODERS[modifier];
      if (!encode) return refuse('modifier', `\`${modifier}\` cannot be used here`, at);
      return texts([mapLiterals(text, (literal) => encode(literal).toString('latin1'))], 'latin1');
    }
  }
}

function bytesOf(text: Text, encoding: 'utf8' | 'latin1', modifier: string, at: Pointer): Buffer {
  const plain = plainText(text);
  if (plain === undefined)
    return refuse(
      'modifier',
      `\`${modifier}\` cannot encode wildcards`,
      at,
      'Escape them, or use `contains` after it.',
    );
  return Buffer.from(plain, encoding);
}

/** Base 64 at each of the three places where the text can begin, without the characters that its neighbours change. */
function offsets(bytes: Buffer): Text[] {
  const [starts, ends] = [
    [0, 2, 3],
    [0, 3, 2],
  ];
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return [encoded.slice(starts[offset], encoded.length - (ends[(bytes.length + offset) % 3] ?? 0))];
  });
}

/** Dashes that begin a parameter, as Windows programs take them. */
const MOST_DASHES = 5;
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'];

/** A dash before a word that no word precedes stands for any of the five; the text as it is comes first. */
function dashed(text: Text, at: Pointer): Text[] {
  let all: string[][] = [[]];
  const starts: (readonly [part: number, offset: number])[] = [];
  for (const [part, literal] of text.entries()) {
    if (typeof literal !== 'string') continue;
    for (const match of literal.matchAll(/\B[-/]\b/g)) starts.push([part, match.index]);
  }
  if (starts.length === 0) return [text];
  if (starts.length > MOST_DASHES)
    refuse('value', `\`windash\` would make ${DASHES.length ** starts.length} values of this one`, at, 'Split it.');
  for (const _ of starts) all = all.flatMap((before) => DASHES.map((dash) => [...before, dash]));
  const variants = all.map((dashes) =>
    text.map((literal, part) => {
      if (typeof literal !== 'string') return literal;
      let replaced = literal;
      for (const [index, [ofPart, offset]] of starts.entries()) {
        if (ofPart === part) replaced = replaced.slice(0, offset) + dashes[index] + replaced.slice(offset + 1);
      }
      return replaced;
    }),
  );
  return variants;
}

/** `%name%` for each of its values; `\%` is a percent sign. */
function expanded(text: Text, placeholders: ReadonlyMap<string, readonly string[]>, at: Pointer): Text[] {
  let all: (readonly TextPart[])[] = [[]];
  for (const part of text) {
    if (typeof part !== 'string') {
      all = all.map((before) => [...before, part]);
      continue;
    }
    for (const piece of part.split(/(%[^%\s\\]+%)/)) {
      const name = /^%([^%\s\\]+)%$/.exec(piece)?.[1];
      if (name === undefined) {
        all = all.map((before) => [...before, piece.replaceAll(String.raw`\%`, '%')]);
        continue;
      }
      const values = placeholders.get(name);
      if (!values) {
        refuse('placeholder', `nothing says what %${name}% stands for`, at, `Give values for ${name} by a pipeline.`);
      }
      all = all.flatMap((before) => values.map((value) => [...before, ...parseText(value)]));
    }
  }
  return all.map(joined);
}

function regexTest(scalar: Scalar, modifiers: readonly string[], at: Pointer): Test {
  if (typeof scalar !== 'string')
    return refuse('modifier', 'a regular expression must be text', at, 'Put it in quotes.');
  const flags = [...new Set(modifiers.flatMap((name) => REGEX_FLAGS[name] ?? []))].sort().join('');
  // It is found anywhere in the value, so affixes add nothing but anchors. Of `^a|b` only the first way has one.
  const source = modifiers.includes('startswith') && !/^\^[^|]*$/.test(scalar) ? `^(?:${scalar})` : scalar;
  const anchored = modifiers.includes('endswith') && !/^[^|\\]*\$$/.test(source) ? `(?:${source})$` : source;
  compileRegex(anchored, flags, at);
  return { is: 'regex', source: anchored, flags };
}

/** RE2: time grows with the text, whatever the pattern. Throws RuleProblem. */
export function compileRegex(source: string, flags: string, at: Pointer): RE2JS {
  let bits = 0;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  if (flags.includes('s')) bits |= RE2JS.DOTALL;
  try {
    return RE2JS.compile(source, bits);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return refuse(
      'value',
      `is no regular expression that can be run: ${why}`,
      at,
      'Write it in the syntax of RE2, without look-around and back references.',
    );
  }
}

function cidrTest(scalar: Scalar, at: Pointer): Test {
  if (typeof scalar !== 'string' || !parseNetwork(scalar))
    return refuse(
      'value',
      `${JSON.stringify(scalar)} is no network`,
      at,
      'Write an address and a prefix length: 10.0.0.0/8.',
    );
  return { is: 'cidr', network: scalar };
}

function existsTest(scalar: Scalar, at: Pointer): Test {
  if (typeof scalar !== 'boolean')
    return refuse('value', '`exists` is either true or false', at, 'Write true or false, without quotes.');
  return { is: 'exists', present: scalar };
}

function fieldTest(scalar: Scalar, modifiers: readonly string[], at: Pointer): Test {
  if (typeof scalar !== 'string') return refuse('value', '`fieldref` names a field', at);
  const part = modifiers.find((name) => AFFIXES.includes(name)) as Affix | undefined;
  return { is: 'field', other: scalar, part: part ?? 'whole', cased: modifiers.includes('cased') };
}

function compareTest(scalar: Scalar, operator: Comparison, at: Pointer): Test {
  return { is: 'compare', operator, value: numberOf(scalar, operator, at) };
}

function timeTest(scalar: Scalar, part: TimePart, operator: Comparison | undefined, at: Pointer): Test {
  return { is: 'time', part, operator: operator ?? 'eq', value: numberOf(scalar, part, at) };
}

function numberOf(scalar: Scalar, modifier: string, at: Pointer): number {
  const value = typeof scalar === 'string' && /^-?\d+(?:\.\d+)?$/.test(scalar) ? Number(scalar) : scalar;
  return typeof value === 'number' && Number.isFinite(value)
    ? value
    : refuse('value', `\`${modifier}\` compares with numbers, not ${JSON.stringify(scalar)}`, at);
}
