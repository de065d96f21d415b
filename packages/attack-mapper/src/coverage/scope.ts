// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { fail } from '@helios/core/error';
import { isLive, type Technique } from '../catalog/catalog.ts';
import type { Catalogs } from '../mapping/catalogs.ts';

const id = z.string().regex(/^(AML\.)?T\d{4}(\.\d{3})?$/, 'must be an id such as T1059.001 or AML.T0051');

/** A scope file: which techniques matter here. Who leaves one out says why. */
export const scopeSchema = z.strictObject({
  schema: z.literal('helios/scope/v1'),
  title: z.string(),
  platforms: z.array(z.string()).default([]).describe('ATT&CK platforms: all live techniques of these'),
  include: z.array(id).default([]).describe('Techniques by id'),
  exclude: z
    .array(z.strictObject({ id, reason: z.string().min(1) }))
    .default([])
    .describe('Techniques that do not matter here, and why'),
});
export type Scope = z.infer<typeof scopeSchema>;

/** The ids that a scope selects, sorted. Throws HeliosError `config` for ids and platforms that the catalogs do not have. */
export function relevantTechniques(path: string, scope: Scope, catalogs: Catalogs): string[] {
  const { platforms, include, exclude } = scope;
  const attack = catalogs.attack.document.techniques.filter(isLive);
  const known = new Set(attack.flatMap((technique) => technique.platforms ?? []));
  const stranger = platforms.find((platform) => !known.has(platform));
  if (stranger !== undefined) {
    fail('config', `no technique has the platform "${stranger}"`, {
      path,
      hint: `Platforms: ${[...known].sort().join(', ')}.`,
    });
  }
  for (const wanted of [...include, ...exclude.map((entry) => entry.id)]) requireLive(path, wanted, catalogs);
  const excluded = new Set(exclude.map((entry) => entry.id));
  const onPlatforms = attack.filter((technique) =>
    technique.platforms?.some((platform) => platforms.includes(platform)),
  );
  const selected = new Set([...onPlatforms.map((technique) => technique.id), ...include]);
  return [...selected].filter((technique) => !excluded.has(technique)).sort();
}

function requireLive(path: string, wanted: string, catalogs: Catalogs): Technique {
  const catalog = wanted.startsWith('AML.') ? catalogs.atlas : catalogs.attack;
  const technique = catalog.techniques.get(wanted);
  if (technique && isLive(technique)) return technique;
  return fail('config', `${wanted} is not a live technique of version ${catalog.document.version}`, {
    path,
    hint: technique?.replacement ? `Use ${technique.replacement}.` : 'Remove it, or correct the id.',
  });
}
