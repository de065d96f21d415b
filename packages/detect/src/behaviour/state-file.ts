// SPDX-License-Identifier: Apache-2.0
import { fail, HeliosError } from '@helios/core/error';
import { canonicalJson } from '@helios/core/hash';
import { z } from 'zod';
import { DAY_MS } from './observation.ts';
import { isAmount, learningDigest, type Profile } from './profile.ts';
import { type Part, KEPT_VALUES, type Summary } from './summary.ts';
import { emptyState, type Member, type State } from './state.ts';

const date = z.iso.date();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const whole = z.int().nonnegative();

const headerSchema = z.strictObject({
  schema: z.literal('helios/behaviour-state/v1'),
  profile: z.string(),
  /** Of the profile, as far as it decides what a day looks like. */
  learning: sha256,
  /** Tells whether the same key is used; absent where nothing is a pseudonym. */
  key: z.string().optional(),
  newest: date.optional(),
  logs: z.array(z.strictObject({ sha256, last: date })),
  threshold: z.strictObject({ bits: z.number().nonnegative(), sample: whole, falseAlarms: z.number() }).optional(),
});

const memberSchema = z.strictObject({
  entity: z.string().min(1),
  group: z.string(),
  days: z.record(date, z.record(z.string(), z.union([whole, z.array(z.string()).min(1).max(KEPT_VALUES)]))),
});

/** NDJSON in JCS: what is known of all in the first line, then a line for each entity and group, in their order. */
export function writeState(state: State, profile: Profile, key: string | undefined): string {
  const header = {
    schema: 'helios/behaviour-state/v1',
    profile: profile.id,
    learning: learningDigest(profile),
    ...(key !== undefined && { key }),
    ...(state.newest !== undefined && { newest: dateText(state.newest) }),
    logs: [...state.logs]
      .map(([sha256, last]) => ({ sha256, last: dateText(last) }))
      .sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)),
    ...(state.threshold && { threshold: { ...state.threshold } }),
  };
  const members = [...state.members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => lineOf(member));
  return [header, ...members].map((line) => `${canonicalJson(line)}\n`).join('');
}

function lineOf({ entity, group, days }: Member): Record<string, unknown> {
  const summaries = [...days].map(([day, summary]) => [
    dateText(day),
    Object.fromEntries([...summary].map(([name, part]) => [name, typeof part === 'number' ? part : [...part].sort()])),
  ]);
  return { entity, group, days: Object.fromEntries(summaries) };
}

/**
 * Reads a state back. Throws HeliosError `input` where it is broken, was learned by another profile or with another
 * key: a wrong key would make everybody a stranger, in silence.
 */
export function readState(text: string, path: string, profile: Profile, key: string | undefined): State {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const header = parseLine(head, path, 1, headerSchema);
  if (header.profile !== profile.id || header.learning !== learningDigest(profile))
    fail('input', `was learned by another profile, or by "${header.profile}" before it was changed`, {
      path,
      hint: 'Learn anew, or take the profile that it was learned by.',
    });
  if (header.key !== key)
    fail('input', 'was learned with another key of the pseudonyms', {
      path,
      hint: 'Give the key it was learned with.',
    });
  const state = emptyState();
  state.newest = header.newest === undefined ? undefined : dayOf(header.newest);
  state.threshold = header.threshold;
  for (const { sha256, last } of header.logs) state.logs.set(sha256, dayOf(last));
  const kinds = new Map(profile.features.map((feature) => [feature.name, isAmount(feature)]));
  for (const [index, line] of lines.entries()) {
    const { entity, group, days } = parseLine(line, path, index + 2, memberSchema);
    const summaries = Object.entries(days).map(([day, parts]): [number, Summary] => [
      dayOf(day),
      new Map(
        Object.entries(parts).map(([name, part]): [string, Part] => {
          if (kinds.get(name) !== (typeof part === 'number')) broken(path, index + 2, `has a wrong "${name}"`);
          return [name, typeof part === 'number' ? part : new Set(part)];
        }),
      ),
    ]);
    state.members.set(JSON.stringify([entity, group]), { entity, group, days: new Map(summaries) });
  }
  return state;
}

function parseLine<T>(line: string, path: string, number: number, schema: z.ZodType<T>): T {
  try {
    const result = schema.safeParse(JSON.parse(line));
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    return broken(path, number, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`);
  } catch (cause) {
    if (cause instanceof HeliosError) throw cause;
    return broken(path, number, 'is no JSON');
  }
}

function broken(path: string, line: number, what: string): never {
  fail('input', `is no state of behaviour: ${what}`, { path, line, hint: 'Restore it, or learn anew.' });
}

export function dateText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function dayOf(text: string): number {
  return Date.parse(`${text}T00:00:00Z`) / DAY_MS;
}
