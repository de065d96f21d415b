// SPDX-License-Identifier: Apache-2.0
import { claimOfId } from '../claim/claim.ts';
import { type Detection, isFields, pointedStrings, stringOf, stringsOf } from './detection.ts';

/** Splunk security content: `search`, and technique ids under `tags.mitre_attack_id` or at the top. No tactics. */
export function readSplunk(document: unknown, index: number): readonly Detection[] | undefined {
  if (!isFields(document) || typeof document['search'] !== 'string') return undefined;
  const title = stringOf(document['name']);
  const tags = isFields(document['tags']) ? document['tags'] : {};
  const isSplunk = ['data_source', 'how_to_implement', 'rba', 'analytic_story'].some(
    (key) => key in document || key in tags,
  );
  if (title === undefined || !isSplunk) return undefined;
  const [ids, at] =
    'mitre_attack_id' in document ? [document['mitre_attack_id'], []] : [tags['mitre_attack_id'], ['tags']];
  return [
    {
      format: 'splunk',
      document: index,
      pointer: [],
      id: stringOf(document['id']) ?? title,
      title,
      claims: pointedStrings(ids, [...at, 'mitre_attack_id']).map(({ text, pointer }) => claimOfId(text, pointer)),
      claimsAt: ids === undefined ? ['name'] : [...at, 'mitre_attack_id'],
      namesTactics: false,
      traits: {
        logsource: stringsOf(document['data_source']).map((name) => name.toLowerCase()),
        tags: ['analytic_story', 'product', 'asset_type', 'security_domain']
          .flatMap((key) => stringsOf(tags[key]))
          .map((tag) => tag.toLowerCase()),
      },
      auxiliary: stringOf(document['type'])?.toLowerCase() === 'baseline',
    },
  ];
}
