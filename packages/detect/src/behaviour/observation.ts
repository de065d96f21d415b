// SPDX-License-Identifier: Apache-2.0
import { sha256Hex } from '@helios/core/hash';
import type { LogEvent } from '../events/event.ts';
import { lookup } from '../events/lookup.ts';
import { parseTime } from '../events/time.ts';
import { type Feature, isAmount, type Profile } from './profile.ts';
import type { Pseudonyms } from './pseudonym.ts';
import { type Part, saturating } from './summary.ts';

/** What one event adds to a day of an entity. */
export interface Observation {
  readonly entity: string;
  /** Empty where the event names none. */
  readonly group: string;
  /** UTC days since 1970. */
  readonly day: number;
  /** By the feature's name. */
  readonly parts: ReadonlyMap<string, Part>;
}

/** Why an event adds nothing. */
export type Passed = 'other' | 'nobody' | 'undated';

export const DAY_MS = 86_400_000;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** Reads the declared fields of an event and no others; what is to be pseudonymous leaves here as a pseudonym. */
export function observerOf(profile: Profile, pseudonyms: Pseudonyms): (event: LogEvent) => Observation | Passed {
  const textsOf = (fields: LogEvent['fields'], field: string): string[] => {
    const found = [lookup(fields, field)].flat(Infinity).flatMap(textOf);
    return profile.fields[field] === 'pseudonym' ? found.map((text) => pseudonyms(field, text)) : found.map(shortened);
  };
  return ({ fields }) => {
    for (const [field, wanted] of Object.entries(profile.where)) {
      const texts = [lookup(fields, field)].flat(Infinity).flatMap(textOf);
      if (!texts.some((text) => wanted.includes(text))) return 'other';
    }
    const time = parseTime(lookup(fields, profile.time));
    if (time === undefined) return 'undated';
    const [entity] = textsOf(fields, profile.entity);
    if (entity === undefined) return 'nobody';
    const [group = ''] = profile.peers === undefined ? [] : textsOf(fields, profile.peers);
    const parts = new Map<string, Part>();
    for (const feature of profile.features) {
      const part = isAmount(feature) ? amountOf(feature, fields) : valuesOf(feature, time, fields, textsOf);
      if (part !== undefined) parts.set(feature.name, part);
    }
    return { entity, group, day: Math.floor(time / DAY_MS), parts };
  };
}

function amountOf(feature: Feature, fields: LogEvent['fields']): number | undefined {
  if (!('field' in feature)) return 1;
  const found = [lookup(fields, feature.field)].flat(Infinity).flatMap(wholeOf);
  if (found.length === 0) return undefined;
  return feature.kind === 'max' ? Math.max(...found) : found.reduce(saturating, 0);
}

function valuesOf(
  feature: Feature,
  time: number,
  fields: LogEvent['fields'],
  textsOf: (fields: LogEvent['fields'], field: string) => string[],
): ReadonlySet<string> | undefined {
  if ('field' in feature) {
    const texts = textsOf(fields, feature.field);
    return texts.length === 0 ? undefined : new Set(texts);
  }
  const date = new Date(time);
  return new Set([feature.kind === 'hour' ? hourText(date.getUTCHours()) : (WEEKDAYS[date.getUTCDay()] ?? '')]);
}

export function hourText(hour: number): string {
  return `${String((hour + 24) % 24).padStart(2, '0')}:00`;
}

function textOf(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}

function wholeOf(value: unknown): number[] {
  const number = typeof value === 'string' && /^\d{1,40}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= 0)) return [];
  return [Math.min(Math.floor(number), Number.MAX_SAFE_INTEGER)];
}

const LONGEST = 128;

/** So that nobody can fill the state by long values; what two share at their beginning stays two. */
function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, 96).toWellFormed()}…${sha256Hex(text).slice(0, 16)}`;
}
