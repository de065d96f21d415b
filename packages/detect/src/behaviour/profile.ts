// SPDX-License-Identifier: Apache-2.0
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a name in lower case');
const field = z.string().min(1);
const days = z.int().positive();

const featureSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({ name, kind: z.literal('category'), field })
    .describe('Which values a day shows: a country, a device posture, a class of repository'),
  z
    .strictObject({ name, kind: z.literal('set'), field })
    .describe('The same, and how many different ones: repositories, scopes, tools'),
  z.strictObject({ name, kind: z.literal('hour') }).describe('Hours of the day, in a circle, UTC'),
  z.strictObject({ name, kind: z.literal('weekday') }).describe('Day of the week, UTC'),
  z.strictObject({ name, kind: z.literal('count') }).describe('Events of a day'),
  z
    .strictObject({ name, kind: z.enum(['sum', 'max']), field })
    .describe('Sum or largest of the whole numbers of a day: bytes, rows'),
]);
export type Feature = Readonly<z.infer<typeof featureSchema>>;

const shape = z.strictObject({
  schema: z.literal('helios/behaviour/v1'),
  id: name,
  title: z.string().min(1),
  fields: z
    .record(field, z.enum(['clear', 'pseudonym']))
    .describe('All that is read of an event; what is `pseudonym` is replaced by a keyed digest before it is kept'),
  time: field.describe('Field of the moment'),
  entity: field.describe('Whose behaviour it is: a person, a service, an agent'),
  peers: field.optional().describe('The group whose behaviour is alike: a team, a role'),
  where: z
    .record(field, z.array(z.string()).min(1))
    .default({})
    .describe('Only events whose fields have one of these values'),
  features: z.array(featureSchema).min(1),
  halfLifeDays: days.default(28).describe('After so many days a day counts half'),
  windowDays: days.max(366).default(90).describe('What is older is forgotten'),
  minimumDays: z.int().min(2).default(10).describe('Days that must be known of an entity before it can raise an alarm'),
  falseAlarms: z.number().positive().max(500).default(1).describe('Budget, per 1,000 days of entities'),
});

/** What is watched, and all that may be read for it (helios/behaviour/v1). */
export const profileSchema = shape.superRefine((profile, context) => {
  const complain = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  const used = new Map<string, (string | number)[]>();
  const use = (each: string, path: (string | number)[]): void => void used.set(each, path);
  use(profile.time, ['time']);
  use(profile.entity, ['entity']);
  if (profile.peers !== undefined) use(profile.peers, ['peers']);
  for (const each of Object.keys(profile.where)) use(each, ['where', each]);
  for (const [index, feature] of profile.features.entries()) {
    if ('field' in feature) use(feature.field, ['features', index, 'field']);
    if (profile.features.findIndex((each) => each.name === feature.name) !== index)
      complain(['features', index, 'name'], `there are two features "${feature.name}"`);
    if (isAmount(feature) && 'field' in feature && profile.fields[feature.field] === 'pseudonym')
      complain(['features', index, 'field'], 'a number cannot be reckoned with once it is a pseudonym');
  }
  if (profile.fields[profile.time] === 'pseudonym') complain(['time'], 'a moment cannot be told from a pseudonym');
  for (const [each, path] of used)
    if (!Object.hasOwn(profile.fields, each)) complain(path, `${each} is read, and not declared under fields`);
  // Data minimisation (GDPR article 5(1)(c)): what is declared is what a reviewer agrees to.
  for (const each of Object.keys(profile.fields))
    if (!used.has(each)) complain(['fields', each], 'is declared and not used: take it out');
});
export type Profile = Readonly<z.infer<typeof shape>>;

/** Whether a day has a number of it, in the place of values. */
export function isAmount({ kind }: Feature): boolean {
  return kind === 'count' || kind === 'sum' || kind === 'max';
}

/** sha256 of all that decides what a day looks like: what was learned otherwise cannot be held against it. */
export function learningDigest({ id, fields, time, entity, peers, where, features, windowDays }: Profile): string {
  return sha256Hex(canonicalJson({ id, fields, time, entity, peers: peers ?? null, where, features, windowDays }));
}
