// SPDX-License-Identifier: Apache-2.0
import type { Check, Expression, FieldReference, Right } from '../condition/expression.ts';
import { ConditionError } from '../condition/scanner.ts';
import { demandOf, OPERATORS_OF, type Test, testOf, toText } from './comparison.ts';
import { type FieldType, typeOf } from './field-type.ts';
import { type Fields, type Reader, readerOf } from './field.ts';
import { transform, transformedType } from './transform.ts';

interface Judged {
  readonly holds: (fields: Fields) => boolean;
  /** Checks and words in it, every use of a macro counted. */
  readonly size: number;
}

/** A condition that can be asked. Macros are shared, so it is a graph without cycles rather than a tree. */
export type Condition = Judged &
  (
    | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
    | { readonly kind: 'not'; readonly part: Condition }
    | { readonly kind: 'macro'; readonly name: string; readonly part: Condition }
    | { readonly kind: 'check'; readonly text: string; readonly read: Reader }
  );

interface Links {
  /** The event source, which says what fields there are. */
  readonly source: string;
  /** As written, for what is shown. */
  readonly text: string;
  readonly macro: (name: string, offset: number) => Condition;
  readonly warn: (message: string, offset: number) => void;
}

/** Macros that use each other twice grow as powers of two. */
const LARGEST = 100_000;

/** Decides once what is the same for every event. Throws ConditionError where field, operator and value do not fit. */
export function linkCondition(expression: Expression, links: Links): Condition {
  const condition = link(expression, links);
  if (condition.size > LARGEST) {
    throw new ConditionError(
      `the condition has more than ${LARGEST.toLocaleString('en-US')} checks`,
      0,
      'macros that do not multiply',
    );
  }
  return condition;
}

function link(expression: Expression, links: Links): Condition {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const parts = expression.operands.map((operand) => link(operand, links));
      const size = parts.reduce((sum, part) => sum + part.size, 1);
      return { kind: expression.kind, parts, size, holds: expression.kind === 'and' ? allOf(parts) : anyOf(parts) };
    }
    case 'not': {
      const part = link(expression.operand, links);
      return { kind: 'not', part, size: part.size + 1, holds: (fields) => !part.holds(fields) };
    }
    case 'macro': {
      const part = links.macro(expression.name, expression.offset);
      return { kind: 'macro', name: expression.name, part, size: part.size + 1, holds: part.holds };
    }
    case 'check':
      return linkCheck(expression, links);
  }
}

function allOf(parts: readonly Condition[]): (fields: Fields) => boolean {
  const asked = parts.map(({ holds }) => holds);
  return (fields) => {
    for (const holds of asked) if (!holds(fields)) return false;
    return true;
  };
}

function anyOf(parts: readonly Condition[]): (fields: Fields) => boolean {
  const asked = parts.map(({ holds }) => holds);
  return (fields) => {
    for (const holds of asked) if (holds(fields)) return true;
    return false;
  };
}

function linkCheck(check: Check, links: Links): Condition {
  const type = resultType(check.left, links);
  const read = transformedReader(check.left);
  checkOperator(check, type);
  const text = links.text.slice(check.offset, check.end).replace(/\s+/g, ' ');
  const node = { kind: 'check', text, read, size: 1 } as const;
  const { right } = check;
  if (!right) return { ...node, holds: (fields) => read(fields) !== undefined };
  if (right.kind === 'field') return { ...node, holds: againstField(check, type, read, right, links) };
  return { ...node, holds: quantified(read, type, check, writtenTest(check, type, right, links)) };
}

function resultType(reference: FieldReference, { source }: Links): FieldType {
  const { name, argument, offset, transformers } = reference;
  const found = typeOf(source, name, argument);
  if (!found) throw new ConditionError(`nonexistent field ${name}`, offset, `a field of the source ${source}`, true);
  return transformers.reduceRight((type, transformer) => {
    const next = transformedType(transformer, type);
    if (!next)
      throw new ConditionError(`${transformer}() does not take ${name}, which is of type ${type.type}`, offset, 'text');
    return next;
  }, found);
}

function transformedReader({ name, argument, transformers }: FieldReference): Reader {
  const plain = readerOf(name, argument);
  if (transformers.length === 0) return plain;
  return (fields) =>
    transformers.reduceRight<unknown>(
      (value, transformer) => (value === undefined ? undefined : transform(transformer, value)),
      plain(fields),
    );
}

function checkOperator({ operator, left, offset }: Check, { type, list }: FieldType): void {
  if (operator === 'exists') return;
  if (list && operator !== 'in' && operator !== 'intersects') {
    throw new ConditionError(
      `${operator} does not compare ${left.name}, which is a list`,
      offset,
      'in, intersects or exists',
    );
  }
  if (!OPERATORS_OF[type].has(operator)) {
    throw new ConditionError(
      `${operator} does not compare ${left.name}, which is of type ${type}`,
      offset,
      `one of ${[...OPERATORS_OF[type]].join(' ')} exists`,
    );
  }
}

function writtenTest(check: Check, { type }: FieldType, right: Exclude<Right, FieldReference>, links: Links): Test {
  const values = right.kind === 'list' ? right.values : [right.value];
  for (const { text, offset } of values) {
    const demand = demandOf(type, check.operator, text);
    if (demand !== undefined) {
      throw new ConditionError(`${check.left.name} is compared with '${text}', which is not ${demand}`, offset, demand);
    }
    if (links.source === 'syscall' && /^[a-z0-9]+\.[a-z0-9_.]+$/.test(text) && typeOf(links.source, text)) {
      links.warn(
        `'${text}' may be a valid field misused as a const string value: val(${text}) compares with the field`,
        offset,
      );
    }
  }
  try {
    return testOf(
      type,
      check.operator,
      values.map(({ text }) => text),
    );
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new ConditionError(
      `invalid ${check.operator} pattern: ${reason}`,
      values[0]?.offset ?? check.offset,
      'another pattern',
    );
  }
}

/** One value has to pass; of a list all for `in` and one for `intersects`; both ends of a connection for `fd.ip !=`. */
function quantified(
  read: Reader,
  { list }: FieldType,
  { operator, left }: Check,
  test: Test,
): (fields: Fields) => boolean {
  const all = list ? operator === 'in' : operator === '!=' && left.name.startsWith('fd.');
  return (fields) => {
    const value = read(fields);
    if (value === undefined) return false;
    if (!Array.isArray(value)) return test(value);
    return all ? value.every(test) : value.some(test);
  };
}

function againstField(
  check: Check,
  type: FieldType,
  read: Reader,
  right: FieldReference,
  links: Links,
): (fields: Fields) => boolean {
  const { operator, left } = check;
  const rightType = resultType(right, links);
  const fits = left.transformers.length > 0 || !type.special;
  if (operator === 'pmatch' || operator === 'regex' || type.type === 'network' || !fits) {
    throw new ConditionError(`${left.name} ${operator} takes no field on its right`, right.offset, 'a value');
  }
  if (rightType.special || rightType.type === 'network') {
    throw new ConditionError(`${right.name} cannot stand on the right of an operator`, right.offset, 'another field');
  }
  if (type.type !== rightType.type && type.type !== 'dynamic' && rightType.type !== 'dynamic') {
    throw new ConditionError(
      `${left.name} is of type ${type.type}, and ${right.name} of type ${rightType.type}`,
      right.offset,
      `a ${type.type}`,
    );
  }
  const other = transformedReader(right);
  return (fields) => {
    const value = other(fields);
    if (value === undefined) return false;
    const written = (Array.isArray(value) ? value : [value]).map(toText);
    if (written.some((text) => demandOf(type.type, operator, text) !== undefined)) return false;
    return quantified(read, type, check, testOf(type.type, operator, written))(fields);
  };
}
