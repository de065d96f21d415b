// SPDX-License-Identifier: Apache-2.0
import type { Operator } from '../condition/expression.ts';
import { typeOf } from '../evaluate/field-type.ts';
import { composed, type ComposedText, type ExceptionEntry, type Nested } from './entry.ts';
import { type IssueLog, within } from './issue.ts';
import { Item, ItemError, nestedOf } from './item.ts';

const LIST_OPERATORS: ReadonlySet<string> = new Set<Operator>(['in', 'pmatch', 'intersects']);
const OPERATORS: ReadonlySet<string> = new Set(
  '= == != < <= > >= exists contains icontains bcontains startswith bstartswith endswith glob iglob regex in intersects pmatch'.split(
    ' ',
  ),
);

/** Reads `exceptions` of a rule. `update`: values are added to those of a rule that is there already. */
export function readExceptions(item: Item, update: boolean, log: IssueLog): readonly ExceptionEntry[] {
  if (!item.has('exceptions') || item.map['exceptions'] === null) return [];
  const names = new Set<string>();
  return item.sequence('exceptions').map((value, i) => {
    const exception = new Item(value, within(item.place, 'exceptions', i), 'an exception');
    const name = exception.text('name');
    if (names.has(name)) {
      exception.refuse(
        `the exception '${name}' is there twice`,
        exception.at('name'),
        'LOAD_EXCEPTION_NAME_NOT_UNIQUE',
      );
    }
    names.add(name);
    for (const key of Object.keys(exception.map)) {
      if (['name', 'fields', 'comps', 'values'].includes(key)) continue;
      log.add('LOAD_UNKNOWN_KEY', exception.at(key), `an exception has no key '${key}'`);
    }
    const values = exception.has('values') ? exception.sequence('values') : [];
    if (!exception.has('values') && update) {
      log.add(
        'LOAD_APPEND_NO_VALUES',
        exception.place,
        `the exception '${name}' is overridden or appended to with no values`,
      );
    }
    return {
      name,
      fields: exception.nested('fields'),
      comps: exception.nested('comps'),
      values: values.map((nested, k) => {
        const place = within(exception.place, 'values', k);
        return { value: nestedOf(nested, place), place };
      }),
      place: exception.place,
    };
  });
}

/** Fills in the comparisons that are left out, and refuses what does not fit together. */
export function checkException(exception: ExceptionEntry, source: string | undefined): ExceptionEntry {
  const { fields, place } = exception;
  const refuse = (message: string): never => {
    throw new ItemError('LOAD_ERR_VALIDATE', place, `exception '${exception.name}': ${message}`);
  };
  if (fields === undefined || fields.length === 0) return refuse('it has no fields');
  for (const field of typeof fields === 'string' ? [fields] : fields) {
    const { name, argument } = fieldOf(String(field));
    if (source !== undefined && typeOf(source, name, argument) === undefined) {
      refuse(`'${String(field)}' is no field of the source ${source}`);
    }
  }
  if (typeof fields === 'string') {
    const comps = exception.comps ?? 'in';
    if (typeof comps !== 'string') refuse('fields is a single value, and comps is a list');
    if (!LIST_OPERATORS.has(String(comps))) refuse('with a single field, comps must be one of in, pmatch, intersects');
    return { ...exception, comps };
  }
  const comps = exception.comps ?? fields.map(() => '=');
  if (typeof comps === 'string' || comps.length !== fields.length) {
    return refuse('fields and comps must have the same length');
  }
  for (const comp of comps) if (!OPERATORS.has(String(comp))) refuse(`'${String(comp)}' is no comparison`);
  return { ...exception, comps };
}

/** Adds exceptions to those of a rule: values to one that is there, new ones whole. */
export function mergeExceptions(
  before: readonly ExceptionEntry[],
  added: readonly ExceptionEntry[],
  source: string | undefined,
): readonly ExceptionEntry[] {
  const merged = [...before];
  for (const exception of added) {
    const at = merged.findIndex(({ name }) => name === exception.name);
    const known = merged[at];
    const refuse = (message: string): never => {
      throw new ItemError('LOAD_ERR_VALIDATE', exception.place, `exception '${exception.name}': ${message}`);
    };
    if (!known) {
      if (exception.fields === undefined) refuse('it is new and has no fields');
      if (exception.values.length === 0) refuse('it is new and has no values');
      merged.push(checkException(exception, source));
      continue;
    }
    if (exception.fields !== undefined || exception.comps !== undefined) {
      refuse('values can be added to it, not fields or comps');
    }
    merged[at] = { ...known, values: [...known.values, ...exception.values] };
  }
  return merged;
}

/**
 * An exception as the condition whose negation Falco adds to the rule; undefined where it has no values. Values are
 * texts of a condition, so that they may be names of lists; those with blanks are quoted as Falco does.
 */
export function conditionOfException(exception: ExceptionEntry): ComposedText | undefined {
  const { fields, comps, values, place, name } = exception;
  if (values.length === 0) return undefined;
  if (typeof fields === 'string') {
    const written = values.map(({ value, place }) => {
      if (typeof value === 'string') return quoted(value);
      throw new ItemError(
        'LOAD_ERR_VALIDATE',
        place,
        `exception '${name}': each value must be a scalar, for there is one field`,
      );
    });
    return composed(`${fields} ${String(comps)} (${written.join(', ')})`, within(place, 'values'));
  }
  let all: ComposedText | undefined;
  for (const { value, place } of values) {
    const tuple = tupleOf(exception, value);
    if (tuple === undefined) {
      throw new ItemError(
        'LOAD_ERR_VALIDATE',
        place,
        `exception '${name}': fields and values must have the same length`,
      );
    }
    const text = all ? `${all.text} or ${tuple}` : tuple;
    all = { text, parts: [...(all?.parts ?? []), { start: text.length - tuple.length, place }] };
  }
  return all;
}

function tupleOf({ fields = [], comps = [] }: ExceptionEntry, value: Nested): string | undefined {
  if (typeof value === 'string' || value.length !== fields.length) return undefined;
  const checks = value.map((part, i) => {
    const comparison = String(comps[i]);
    if (typeof part !== 'string')
      return `${String(fields[i])} ${comparison} (${part
        .flat(9)
        .map((text) => quoted(String(text)))
        .join(', ')})`;
    if (comparison === 'exists') return `${String(fields[i])} exists`;
    const right = LIST_OPERATORS.has(comparison) ? (part.startsWith('(') ? part : `(${part})`) : quoted(part);
    return `${String(fields[i])} ${comparison} ${right}`;
  });
  return `(${checks.join(' and ')})`;
}

/** What Falco quotes: a text with a blank in it that has no quotes of its own. */
export function quoted(text: string): string {
  return text.includes(' ') && !/^["']/.test(text) ? `"${text}"` : text;
}

function fieldOf(written: string): { name: string; argument: string | undefined } {
  const bracket = written.indexOf('[');
  const opened = /^(?:[a-z0-9]+\()*/.exec(written)?.[0].length ?? 0;
  let end = written.length;
  while (written[end - 1] === ')') end--;
  const bare = written.slice(opened, end);
  if (bracket === -1) return { name: bare, argument: undefined };
  const start = bare.indexOf('[');
  return { name: bare.slice(0, start), argument: bare.slice(start + 1, -1) };
}
