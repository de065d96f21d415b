// SPDX-License-Identifier: Apache-2.0
import { type Claim, claimOfId } from '../claim/claim.ts';
import { type Detection, isFields, pointedStrings, stringOf, stringsOf } from './detection.ts';

const KINDS = new Set(['rule', 'scheduled_rule', 'correlation_rule', 'policy']);

/** Panther rules: `Reports: { MITRE ATT&CK: [TA0003:T1136] }`, each entry a tactic and a technique. */
export function readPanther(document: unknown, index: number): readonly Detection[] | undefined {
  if (!isFields(document) || typeof document['AnalysisType'] !== 'string') return undefined;
  if (!KINDS.has(document['AnalysisType'])) return [];
  const title =
    stringOf(document['DisplayName']) ??
    stringOf(document['RuleID']) ??
    stringOf(document['PolicyID']) ??
    'unnamed rule';
  const reports = isFields(document['Reports']) ? document['Reports'] : {};
  return [
    {
      format: 'panther',
      document: index,
      pointer: [],
      id: stringOf(document['RuleID']) ?? stringOf(document['PolicyID']) ?? title,
      title,
      claims: ['MITRE ATT&CK', 'MITRE ATLAS'].flatMap((key) =>
        pointedStrings(reports[key], ['Reports', key]).flatMap(({ text, pointer }): Claim[] =>
          text.split(':').map((part) => claimOfId(part, pointer)),
        ),
      ),
      claimsAt: 'Reports' in document ? ['Reports'] : ['RuleID'],
      namesTactics: true,
      traits: {
        logsource: stringsOf(document['LogTypes']).map((name) => name.toLowerCase()),
        tags: stringsOf(document['Tags']).map((tag) => tag.toLowerCase()),
      },
      auxiliary: document['CreateAlert'] === false,
    },
  ];
}
