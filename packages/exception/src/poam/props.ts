// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import type { Exception } from '@helios/core/finding';

/** Of our properties in OSCAL documents; names of others mean something else. */
export const NAMESPACE = 'urn:helios:oscal';

/** A property of OSCAL: its name is an NCName, its value one line without space around. */
export interface Prop {
  readonly name: string;
  readonly ns?: string | undefined;
  readonly value: string;
  readonly class?: string | undefined;
}

const SINGLE_LINE = /^\S(?:[^\n\r]*\S)?$/;

/** A value that OSCAL could not hold as it is stands as a JSON string, and says so by its class. */
export function prop(name: string, value: string): Prop {
  return SINGLE_LINE.test(value)
    ? { name, ns: NAMESPACE, value }
    : { name, ns: NAMESPACE, value: JSON.stringify(value), class: 'json' };
}

/** The values of a property of ours, in their order. */
export function valuesOf(props: readonly Prop[], name: string): string[] {
  return props
    .filter((each) => each.ns === NAMESPACE && each.name === name)
    .map(({ value, class: form }) => (form === 'json' ? unquoted(name, value) : value));
}

function unquoted(name: string, value: string): string {
  try {
    return String(JSON.parse(value));
  } catch (cause) {
    return fail('input', `the property ${name} is said to be JSON, and is none`, { cause, hint: 'Export it anew.' });
  }
}

/** The fields of an entry that are a text each. */
export const TEXTS = [
  'id',
  'title',
  'state',
  'severity',
  'owner',
  'requester',
  'approver',
  'reason',
  'risk',
  'ticket',
  'requested',
  'approved',
  'expires',
  'previous',
] as const satisfies readonly (keyof Exception)[];

/** What OSCAL has no place for, as properties: one for each field, one for each value of a list. */
export function propsOf(exception: Exception): Prop[] {
  const { scope, aliases, close, review, end } = exception;
  return [
    ...fieldsOf('', Object.fromEntries(TEXTS.map((name) => [name, exception[name]]))),
    ...fieldsOf('scope-', scope),
    ...(aliases ?? []).map((alias) => prop('alias', alias)),
    ...fieldsOf('close-', close ?? {}),
    ...fieldsOf('review-', review ?? {}),
    ...fieldsOf('end-', { at: end?.at, because: end?.because }),
    ...(end?.proof ?? []).map((proof) => prop('end-proof', proof)),
  ];
}

function fieldsOf(prefix: string, fields: Readonly<Record<string, string | number | undefined>>): Prop[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [prop(prefix + name, String(value))],
  );
}
