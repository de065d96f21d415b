// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import { type Claim, claimOfId } from '../claim/claim.ts';
import { type Detection, type Fields, isFields, stringOf, stringsOf } from './detection.ts';

/** Elastic detection-rules TOML: `[[rule.threat]]` with tactic, techniques and sub-techniques by id. */
export function readElastic(document: unknown, index: number): readonly Detection[] | undefined {
  if (!isFields(document) || !isFields(document['rule'])) return undefined;
  const { rule } = document;
  const title = stringOf(rule['name']);
  if (title === undefined || (rule['query'] === undefined && rule['type'] === undefined)) return undefined;
  return [
    {
      format: 'elastic',
      document: index,
      pointer: ['rule'],
      id: stringOf(rule['rule_id']) ?? title,
      title,
      claims: listOf(rule['threat']).flatMap((threat, position) => claimsOf(threat, ['rule', 'threat', position])),
      claimsAt: ['rule', 'name'],
      namesTactics: true,
      traits: {
        logsource: stringsOf(rule['index']).map((name) => name.toLowerCase()),
        tags: stringsOf(rule['tags']).map((tag) => tag.toLowerCase()),
      },
      auxiliary: stringOf(rule['building_block_type']) !== undefined,
    },
  ];
}

function claimsOf(threat: Fields, pointer: Pointer): Claim[] {
  const tactic = idClaim(threat['tactic'], [...pointer, 'tactic']);
  const techniques = listOf(threat['technique']).flatMap((technique, position) => {
    const at = [...pointer, 'technique', position];
    const subs = listOf(technique['subtechnique']).flatMap((sub, inner) =>
      idClaim(sub, [...at, 'subtechnique', inner]),
    );
    return [...idClaim(technique, at), ...subs];
  });
  return [...tactic, ...techniques];
}

function idClaim(value: unknown, pointer: Pointer): Claim[] {
  const id = isFields(value) ? stringOf(value['id']) : undefined;
  return id === undefined ? [] : [claimOfId(id, [...pointer, 'id'])];
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
