// SPDX-License-Identifier: Apache-2.0
import type { Nested } from './entry.ts';
import { type IssueLog, type ItemKind, type LoadCode, type Place, within } from './issue.ts';

/** An item of a rules file is wrong: it is left out, and the rest is read on. */
export class ItemError extends Error {
  override readonly name = 'ItemError';
  readonly code: LoadCode;
  readonly place: Place;

  constructor(code: LoadCode, place: Place, message: string) {
    super(message);
    this.code = code;
    this.place = place;
  }
}

/** yaml-cpp's booleans, which are those of YAML 1.1. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', 'y'].map((word): [string, boolean] => [word, true]),
  ...['false', 'no', 'off', 'n'].map((word): [string, boolean] => [word, false]),
]);

/** One mapping of a rules file, read key by key as Falco does. Everything wrong is an ItemError. */
export class Item {
  readonly map: Readonly<Record<string, unknown>>;
  readonly place: Place;

  constructor(value: unknown, place: Place, what: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ItemError('LOAD_ERR_YAML_VALIDATE', place, `${what} must be a mapping`);
    }
    this.map = value as Record<string, unknown>;
    this.place = place;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.map, key);
  }

  at(key: string): Place {
    return within(this.place, key);
  }

  text(key: string): string {
    const text = this.optionalText(key);
    if (text === undefined) this.refuse(`the item has no key '${key}'`, this.place);
    return text;
  }

  optionalText(key: string): string | undefined {
    if (!this.has(key)) return undefined;
    const value = this.map[key];
    if (value === null) this.refuse(`the value of '${key}' is empty`, this.at(key));
    const text = scalarOf(value);
    if (text === undefined) this.refuse(`the value of '${key}' must be a scalar`, this.at(key));
    if (text === '') this.refuse(`the value of '${key}' must not be empty`, this.at(key));
    return text;
  }

  optionalFlag(key: string): boolean | undefined {
    const text = this.optionalText(key);
    if (text === undefined) return undefined;
    const flag = BOOLEANS.get(text.toLowerCase());
    if (flag === undefined) this.refuse(`the value of '${key}' must be true or false`, this.at(key));
    return flag;
  }

  texts(key: string): readonly { readonly text: string; readonly place: Place }[] {
    const list = this.map[key];
    if (!this.has(key)) this.refuse(`the item has no key '${key}'`, this.place);
    if (!Array.isArray(list)) this.refuse(`the value of '${key}' must be a sequence`, this.at(key));
    return list.map((value: unknown, i) => {
      const place = within(this.place, key, i);
      const text = scalarOf(value);
      if (text === undefined) this.refuse(`the items of '${key}' must be scalars`, place);
      return { text, place };
    });
  }

  sequence(key: string): readonly unknown[] {
    const list = this.map[key];
    if (!Array.isArray(list)) this.refuse(`the value of '${key}' must be a sequence`, this.at(key));
    return list;
  }

  nested(key: string): Nested | undefined {
    return this.has(key) ? nestedOf(this.map[key], this.at(key)) : undefined;
  }

  refuse(message: string, place: Place, code: LoadCode = 'LOAD_ERR_YAML_VALIDATE'): never {
    throw new ItemError(code, place, message);
  }
}

/** A scalar or lists of scalars; of depth there is what YAML lets through. */
export function nestedOf(value: unknown, place: Place): Nested {
  if (Array.isArray(value)) return value.map((item: unknown, i) => nestedOf(item, within(place, i)));
  const text = scalarOf(value);
  if (text === undefined || text === '') {
    throw new ItemError('LOAD_ERR_YAML_VALIDATE', place, 'the value must be a scalar that is not empty, or a sequence');
  }
  return text;
}

function scalarOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

const KEYS: Readonly<Record<ItemKind, readonly string[]>> = {
  rule: (
    'rule condition output desc priority source enabled tags exceptions append override warn_evttypes ' +
    'skip-if-unknown-filter capture capture_duration capture_events capture_filesize'
  ).split(' '),
  macro: ['macro', 'condition', 'append', 'override'],
  list: ['list', 'items', 'append', 'override'],
};

export function checkKeys(kind: ItemKind, item: Item, name: string, log: IssueLog): void {
  const known = KEYS[kind];
  for (const key of Object.keys(item.map)) {
    if (known.includes(key)) continue;
    const near = known.find((other) => other.replace(/\W|_/g, '') === key.toLowerCase().replace(/\W|_/g, ''));
    const hint = near === undefined ? `; a ${kind} has ${known.join(', ')}` : `; did you mean '${near}'?`;
    log.add('LOAD_UNKNOWN_KEY', item.at(key), `a ${kind} has no key '${key}'${hint}`, { item: { kind, name } });
  }
}
