// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { isList, isObject, type Json, valueAt } from './json.ts';

/** What placeholders stand for. What is absent is left as it is, for a later filling. */
export interface Places {
  readonly target?: string;
  /** Absolute path of the folder that a run has for itself. */
  readonly workspace?: string;
  readonly run?: string;
  readonly root?: string;
  /** The program that runs Helios itself. */
  readonly node?: string;
  /** Observations before the action, by their names: ${state:/deployment/spec/replicas}. */
  readonly state?: Json;
  /** ${env:NAME}: filled last and never journalled, since it may be a secret. With it the filling is over. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Also `$${`, which stands for `${` itself. */
const PLACEHOLDER = /\$\$\{|\$\{([^{}]*)\}/g;
const SIMPLE = ['target', 'workspace', 'run', 'root', 'node'] as const;

/**
 * The same value with its placeholders filled, in all texts that it holds. A text that is one placeholder and nothing
 * else becomes what it stands for, a number for one. Throws HeliosError `config` for an unknown placeholder, or one that
 * stands for nothing.
 */
export function fill<T>(value: T, places: Places): T {
  // Only texts change, and those of a schema with placeholders are not looked at before they are filled.
  return fillJson(value as Json, places) as T;
}

function fillJson(value: Json, places: Places): Json {
  if (typeof value === 'string') return fillText(value, places);
  if (isList(value)) return value.map((item) => fillJson(item, places));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillJson(item, places)]));
}

function fillText(text: string, places: Places): Json {
  const whole = /^\$\{([^{}]*)\}$/.exec(text)?.[1];
  const alone = whole === undefined ? undefined : filledWith(whole, places);
  // Null is a value, too.
  if (alone !== undefined) return alone;
  return text.replaceAll(PLACEHOLDER, (written, name: string | undefined) => {
    if (name === undefined) return places.env ? '${' : written;
    const value = filledWith(name, places);
    if (value === undefined) return written;
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  });
}

/**
 * What a placeholder becomes. The world says what targets and states hold: were their texts looked at again when secrets
 * are filled in, anybody who writes `${env:TOKEN}` there would be told the token.
 */
function filledWith(name: string, places: Places): Json | undefined {
  const value = standsFor(name, places);
  return value === undefined || places.env ? value : escaped(value);
}

function escaped(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (isList(value)) return value.map(escaped);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escaped(item)]));
}

function standsFor(name: string, places: Places): Json | undefined {
  const simple = SIMPLE.find((each) => each === name);
  if (simple !== undefined) return places[simple];
  if (name.startsWith('env:')) return places.env && fromEnvironment(name.slice('env:'.length), places.env);
  if (!name.startsWith('state:/')) return unknown(name);
  const { state } = places;
  if (state === undefined) return places.env && notHere(name);
  const found = valueAt(state, name.slice('state:'.length));
  return found === undefined ? fail('config', `\${${name}} leads to nothing in the state`) : found;
}

function fromEnvironment(name: string, env: Readonly<Record<string, string | undefined>>): string {
  return env[name] ?? fail('config', `${name} is not set`, { hint: `Set ${name}; the control names it.` });
}

function notHere(name: string): never {
  return fail('config', `\${${name}} is not known here`, {
    hint: 'Actions, verifications and rollbacks know the state.',
  });
}

function unknown(name: string): never {
  return fail('config', `\${${name}} is no placeholder`, {
    hint: `Known are ${SIMPLE.join(', ')}, env:NAME and state:/pointer; shells also take $NAME without braces.`,
  });
}

/** Whether a placeholder of this name stands anywhere in a value. */
export function mentions(value: unknown, name: string): boolean {
  return JSON.stringify(value).includes(`\${${name}}`);
}
