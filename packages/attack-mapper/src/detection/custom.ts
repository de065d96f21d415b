// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Pointer } from '@helios/core/finding';
import { claimOfId, claimOfTactic, looksLikeId } from '../claim/claim.ts';
import { type Detection, isFields, type Reader, stringsOf } from './detection.ts';

/** A JSON Pointer (RFC 6901) in which the step `*` stands for every item or key. */
const pattern = z.string().regex(/^(\/[^/]*)*$/, 'must be a pointer such as /mitre/*/id');

export const customFormatSchema = z
  .strictObject({
    include: z.array(z.string()).min(1).describe('Globs of the files in this format'),
    rule: pattern.default('').describe('Where each detection stands; the whole document by default'),
    id: pattern.describe('Id or name, below the detection'),
    title: pattern.optional().describe('Title, below the detection; the id by default'),
    techniques: z.array(pattern).min(1).describe('Technique ids, below the detection'),
    tactics: z.array(pattern).default([]).describe('Tactics by id or name, below the detection'),
  })
  .describe('A format of your own: where its detections keep their ids');
export type CustomFormat = z.infer<typeof customFormatSchema>;

interface Found {
  readonly value: unknown;
  readonly pointer: Pointer;
}

/** Reads detections of a format that the configuration describes by pointers. */
export function customReader(format: CustomFormat): Reader {
  return (document, index) => {
    const detections = resolve(document, format.rule).flatMap((rule) => detectionOf(rule, format, index) ?? []);
    return detections.length > 0 ? detections : undefined;
  };
}

function detectionOf(rule: Found, format: CustomFormat, document: number): Detection | undefined {
  const below = (patterns: readonly string[]): Found[] =>
    patterns.flatMap((path) => resolve(rule.value, path, rule.pointer));
  const [identifier] = below([format.id]);
  const id = stringsOf(identifier?.value)[0];
  if (id === undefined) return undefined;
  const title = format.title === undefined ? id : (stringsOf(below([format.title])[0]?.value)[0] ?? id);
  return {
    format: 'custom',
    document,
    pointer: rule.pointer,
    id,
    title,
    claims: [
      ...below(format.techniques).flatMap(({ value, pointer }) =>
        stringsOf(value).map((text) => claimOfId(text, pointer)),
      ),
      ...below(format.tactics).flatMap(({ value, pointer }) =>
        stringsOf(value).map((text) =>
          looksLikeId(text) ? claimOfId(text, pointer) : claimOfTactic('attack', text, pointer),
        ),
      ),
    ],
    claimsAt: identifier?.pointer ?? rule.pointer,
    namesTactics: format.tactics.length > 0,
    traits: { logsource: [], tags: [] },
    auxiliary: false,
  };
}

/** Everything that a pattern selects; a list of scalars at its end counts item by item. */
function resolve(value: unknown, path: string, base: Pointer = []): Found[] {
  const steps = path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let found: Found[] = [{ value, pointer: base }];
  for (const step of steps) found = found.flatMap((each) => (step === '*' ? childrenOf(each) : childOf(each, step)));
  return path === ''
    ? found
    : found.flatMap((each) => (Array.isArray(each.value) && !each.value.some(isFields) ? childrenOf(each) : [each]));
}

function childrenOf({ value, pointer }: Found): Found[] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => ({ value: item, pointer: [...pointer, index] }));
  return isFields(value)
    ? Object.entries(value).map(([key, item]) => ({ value: item, pointer: [...pointer, key] }))
    : [];
}

function childOf({ value, pointer }: Found, step: string): Found[] {
  if (Array.isArray(value)) {
    const index = Number(step);
    return index in value ? [{ value: value[index], pointer: [...pointer, index] }] : [];
  }
  return isFields(value) && Object.hasOwn(value, step) ? [{ value: value[step], pointer: [...pointer, step] }] : [];
}
