// SPDX-License-Identifier: Apache-2.0
import { type Claim, claimOfId, claimOfTactic, looksLikeId } from '../claim/claim.ts';
import { type Detection, isFields, pointedStrings, stringsOf } from './detection.ts';

const ENTRY_KEYS = ['rule', 'macro', 'list', 'required_engine_version', 'required_plugin_versions'];

/** Falco rules files: one list of rules, macros and lists. Tags are `mitre_execution`, `T1059`. */
export function readFalco(document: unknown, index: number): readonly Detection[] | undefined {
  if (
    !Array.isArray(document) ||
    !document.some((entry) => isFields(entry) && ENTRY_KEYS.some((key) => key in entry))
  ) {
    return undefined;
  }
  return document.flatMap((entry: unknown, position): Detection[] => {
    // An entry that only appends to or overrides another rule, or turns it off, is no rule of its own.
    if (!isFields(entry) || typeof entry['rule'] !== 'string' || entry['desc'] === undefined) return [];
    const tags = pointedStrings(entry['tags'], [position, 'tags']);
    return [
      {
        format: 'falco',
        document: index,
        pointer: [position],
        id: entry['rule'],
        title: entry['rule'],
        claims: tags.flatMap(({ text, pointer }): Claim[] => {
          if (text.toLowerCase().startsWith('mitre_')) {
            return [{ ...claimOfTactic('attack', text.slice('mitre_'.length), pointer), text }];
          }
          return looksLikeId(text) ? [claimOfId(text, pointer)] : [];
        }),
        claimsAt: entry['tags'] === undefined ? [position, 'rule'] : [position, 'tags'],
        namesTactics: true,
        traits: {
          logsource: stringsOf(entry['source'] ?? 'syscall'),
          tags: tags.map(({ text }) => text.toLowerCase()),
        },
        auxiliary: false,
      },
    ];
  });
}
