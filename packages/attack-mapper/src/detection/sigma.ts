// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import { type Claim, claimOfId, claimOfTactic } from '../claim/claim.ts';
import { type Detection, type Fields, isFields, pointedStrings, stringOf, stringsOf } from './detection.ts';

/**
 * Sigma rules and correlations, specification 2.1. Tags are `attack.t1059.001`, `attack.execution`, and
 * `atlas.aml.t0051` as proposed in sigma-specification #219. Filters and `action: global` parts carry no claims.
 */
export function readSigma(document: unknown, index: number): readonly Detection[] | undefined {
  if (!isFields(document) || typeof document['title'] !== 'string') return undefined;
  const isRule = isFields(document['detection']) && isFields(document['logsource']);
  if (isFields(document['filter'])) return [];
  if (!isRule && !isFields(document['correlation'])) return undefined;
  return [detectionOf(document, index, document['title'])];
}

/** Base rules of correlations do not alert on their own; whether they are is seen across the file. */
export function markAuxiliary(detections: readonly Detection[], documents: readonly unknown[]): Detection[] {
  const references = documents.flatMap(referencesOf);
  if (references.length === 0) return [...detections];
  const referenced = new Set(references);
  return detections.map((detection) => {
    const document = documents[detection.document];
    const names = isFields(document) ? [...stringsOf(document['name']), ...stringsOf(document['id'])] : [];
    return names.some((name) => referenced.has(name)) ? { ...detection, auxiliary: true } : detection;
  });
}

function referencesOf(document: unknown): string[] {
  if (!isFields(document) || !isFields(document['correlation']) || document['correlation']['generate'] === true)
    return [];
  return stringsOf(document['correlation']['rules']);
}

const LOGSOURCE = ['category', 'product', 'service'];

function detectionOf(rule: Fields, document: number, title: string): Detection {
  const tags = pointedStrings(rule['tags'], ['tags']);
  const logsource = isFields(rule['logsource']) ? rule['logsource'] : {};
  return {
    format: 'sigma',
    document,
    pointer: [],
    id: stringOf(rule['id']) ?? title,
    title,
    claims: claimsOf(tags),
    claimsAt: rule['tags'] === undefined ? ['title'] : ['tags'],
    namesTactics: true,
    traits: {
      logsource: LOGSOURCE.flatMap((key) => stringsOf(logsource[key])).map(lower),
      tags: tags.map(({ text }) => lower(text)),
    },
    auxiliary: false,
  };
}

/** Groups (g), software (s), campaigns (c), mitigations (m) and data sources (ds) are in the namespace and no claim. */
const OTHER_OBJECTS = /^(g|s|c|m|ds|det|an|dc)\d{3,}/;

/** What tags claim, by the tag and its place in the list: many rules share few of them. */
const CLAIMS = new Map<string, Map<Pointer[number] | undefined, Claim | undefined>>();

function claimsOf(tags: ReturnType<typeof pointedStrings>): Claim[] {
  const claims: Claim[] = [];
  for (const { text, pointer } of tags) {
    let known = CLAIMS.get(text);
    if (!known) CLAIMS.set(text, (known = new Map()));
    const place = pointer.at(-1);
    if (!known.has(place)) known.set(place, claimOfTag(text, pointer));
    const claim = known.get(place);
    if (claim) claims.push(claim);
  }
  return claims;
}

function claimOfTag(tag: string, pointer: Pointer): Claim | undefined {
  const name = lower(tag);
  if (name.startsWith('atlas.')) {
    const rest = tag.slice('atlas.'.length);
    return { ...(/^aml\./i.test(rest) ? claimOfId(rest, pointer) : claimOfTactic('atlas', rest, pointer)), text: tag };
  }
  if (!name.startsWith('attack.')) return undefined;
  const rest = tag.slice('attack.'.length);
  if (OTHER_OBJECTS.test(lower(rest))) return undefined;
  return { ...(/^ta?\d/i.test(rest) ? claimOfId(rest, pointer) : claimOfTactic('attack', rest, pointer)), text: tag };
}

function lower(text: string): string {
  return text.toLowerCase();
}
