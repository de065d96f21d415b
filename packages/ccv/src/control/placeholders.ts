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
  /** ${env:NAME}: filled last and never journalled, since it may be a secret. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const PLACEHOLDER = /\$\{([^{}]*)\}/g;
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
  if (whole !== undefined) return standsFor(whole, places) ?? text;
  return text.replaceAll(PLACEHOLDER, (written, name: string) => {
    const value = standsFor(name, places);
    if (value === undefined) return written;
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  });
}

function standsFor(name: string, places: Places): Json | undefined {
  const simple = SIMPLE.find((each) => each === name);
  if (simple !== undefined) return places[simple];
  if (name.startsWith('env:')) return places.env && fromEnvironment(name.slice('env:'.length), places.env);
  if (!name.startsWith('state:/')) return unknown(name);
  const { state } = places;
  if (state === undefined) return undefined;
  return valueAt(state, name.slice('state:'.length)) ?? fail('config', `\${${name}} leads to nothing in the state`);
}

function fromEnvironment(name: string, env: Readonly<Record<string, string | undefined>>): string {
  return env[name] ?? fail('config', `${name} is not set`, { hint: `Set ${name}; the control names it.` });
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
