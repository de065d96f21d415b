// SPDX-License-Identifier: Apache-2.0
import { parseNetwork } from './cidr.ts';
import {
  type Affix,
  type Comparison,
  type Expression,
  type Leaf,
  oncePerNode,
  type Test,
  type TimePart,
} from './expression.ts';
import { compileRegex } from './modifiers.ts';
import { fold, mapLiterals, type Text, textMatcher } from './text.ts';
import type { EventView } from './view.ts';

/** Answers whether an event meets an expression. */
export type Matcher = (view: EventView) => boolean;

/** Compiles an expression once, for any number of events. */
export function compileMatcher(expression: Expression): Matcher {
  switch (expression.kind) {
    case 'leaf':
      return compileLeaf(expression);
    case 'not': {
      const part = compileMatcher(expression.part);
      return (view) => !part(view);
    }
    case 'and':
      return every(expression.parts.map(compileMatcher));
    case 'or':
      return anyOf(expression.parts);
  }
}

function every(parts: readonly Matcher[]): Matcher {
  return (view) => {
    for (const part of parts) if (!part(view)) return false;
    return true;
  };
}

/** Many plain values of one field, which long lists are made of, become one look into a set. */
function anyOf(parts: readonly Expression[]): Matcher {
  const sets = new Map<string, Set<string>>();
  const others: Matcher[] = [];
  for (const part of new Set(parts)) {
    const plain = part.kind === 'leaf' ? plainValue(part) : undefined;
    if (plain === undefined) others.push(compileMatcher(part));
    else sets.set(plain.field, (sets.get(plain.field) ?? new Set()).add(plain.value));
  }
  for (const [field, values] of sets) {
    others.push((view) => {
      for (const value of view.folded(field)) if (values.has(value)) return true;
      return false;
    });
  }
  return (view) => {
    for (const part of others) if (part(view)) return true;
    return false;
  };
}

function plainValue({ field, test }: Leaf): { field: string; value: string } | undefined {
  if (field === undefined || test.is !== 'text' || test.cased || test.text.length > 1) return undefined;
  const [literal = ''] = test.text;
  return typeof literal === 'string' ? { field, value: fold(literal) } : undefined;
}

const compileLeaf = oncePerNode(({ field, test }: Leaf): Matcher => {
  if (field === undefined) return compileKeyword(test);
  switch (test.is) {
    case 'text': {
      const matches = compileText(test.text, test.cased);
      return some(test.cased ? (view) => view.texts(field) : (view) => view.folded(field), matches);
    }
    case 'regex': {
      const pattern = compileRegex(test.source, test.flags, []);
      return some(
        (view) => view.texts(field),
        (value) => pattern.matcher(value).find(),
      );
    }
    case 'cidr': {
      const contains = parseNetwork(test.network) ?? (() => false);
      return some((view) => view.texts(field), contains);
    }
    case 'compare': {
      const holds = comparison(test.operator, test.value);
      return some(
        (view) => view.texts(field),
        (value) => holds(numberOf(value)),
      );
    }
    case 'null':
      return (view) => view.values(field).every((value) => value === null);
    case 'exists':
      return (view) => view.values(field).length > 0 === test.present;
    case 'field':
      return compileField(field, test.other, test.part, test.cased);
    case 'time': {
      const holds =
        test.operator === 'eq' ? (value: number) => value === test.value : comparison(test.operator, test.value);
      return some(
        (view) => view.texts(field),
        (value) => holds(timePart(value, test.part)),
      );
    }
  }
});

function compileKeyword(test: Test): Matcher {
  switch (test.is) {
    case 'text': {
      const matches = compileText(test.text, test.cased);
      return some(test.cased ? (view) => view.words() : (view) => view.foldedWords(), matches);
    }
    case 'regex': {
      const pattern = compileRegex(test.source, test.flags, []);
      return some(
        (view) => view.words(),
        (value) => pattern.matcher(value).find(),
      );
    }
    default:
      throw new Error(`a keyword cannot be tested for ${test.is}`);
  }
}

function some(valuesOf: (view: EventView) => readonly string[], matches: (value: string) => boolean): Matcher {
  return (view) => {
    for (const value of valuesOf(view)) if (matches(value)) return true;
    return false;
  };
}

function compileText(text: Text, cased: boolean): (value: string) => boolean {
  return textMatcher(cased ? text : mapLiterals(text, fold));
}

function compileField(field: string, other: string, part: 'whole' | Affix, cased: boolean): Matcher {
  const holds = {
    whole: (a: string, b: string) => a === b,
    contains: (a: string, b: string) => a.includes(b),
    startswith: (a: string, b: string) => a.startsWith(b),
    endswith: (a: string, b: string) => a.endsWith(b),
  }[part];
  const valuesOf = (view: EventView, name: string): readonly string[] => (cased ? view.texts(name) : view.folded(name));
  return (view) => {
    const others = valuesOf(view, other);
    return valuesOf(view, field).some((value) => others.some((each) => holds(value, each)));
  };
}

function comparison(operator: Comparison, bound: number): (value: number) => boolean {
  switch (operator) {
    case 'lt':
      return (value) => value < bound;
    case 'lte':
      return (value) => value <= bound;
    case 'gt':
      return (value) => value > bound;
    case 'gte':
      return (value) => value >= bound;
  }
}

/** As JSON writes a number, but that zeros may lead. */
const DECIMAL = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** NaN, which meets no comparison, for what is no decimal number. */
export function numberOf(value: string): number {
  return DECIMAL.test(value) ? Number(value) : Number.NaN;
}

/** A date as events write it: the day, and the time where there is one. */
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?/;

/** The part of a date as it stands there, whatever its zone (Sigma specification 2.1.0); NaN where it is no date. */
function timePart(value: string, part: TimePart): number {
  const [, year, month, day, hour, minute] = DATE.exec(value)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return Number.NaN;
  switch (part) {
    case 'year':
      return year;
    case 'month':
      return month;
    case 'day':
      return day;
    case 'hour':
      return hour ?? Number.NaN;
    case 'minute':
      return minute ?? Number.NaN;
    case 'week':
      return isoWeek(year, month, day);
  }
}

const DAY_MS = 86_400_000;

/** ISO 8601: week 1 has the year's first Thursday. */
function isoWeek(year: number, month: number, day: number): number {
  const date = new Date(Date.UTC(year, month - 1, day));
  const thursday = date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY_MS;
  const first = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return Math.floor((thursday - first) / DAY_MS / 7) + 1;
}
