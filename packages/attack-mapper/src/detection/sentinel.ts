// SPDX-License-Identifier: Apache-2.0
import { claimOfId, claimOfTactic } from '../claim/claim.ts';
import { type Detection, isFields, pointedStrings, stringOf, stringsOf } from './detection.ts';

/** Microsoft Sentinel analytics and hunting queries: KQL with `tactics`, `relevantTechniques`, `subTechniques`. */
export function readSentinel(document: unknown, index: number): readonly Detection[] | undefined {
  if (!isFields(document) || typeof document['query'] !== 'string') return undefined;
  const title = stringOf(document['name']);
  const isSentinel = ['tactics', 'relevantTechniques', 'requiredDataConnectors', 'queryFrequency'].some(
    (key) => key in document,
  );
  if (title === undefined || !isSentinel) return undefined;
  const tactics = pointedStrings(document['tactics'], ['tactics']);
  const techniques = ['relevantTechniques', 'techniques', 'subTechniques'].flatMap((key) =>
    pointedStrings(document[key], [key]),
  );
  const connectors = Array.isArray(document['requiredDataConnectors']) ? document['requiredDataConnectors'] : [];
  return [
    {
      format: 'sentinel',
      document: index,
      pointer: [],
      id: stringOf(document['id']) ?? title,
      title,
      claims: [
        ...tactics.map(({ text, pointer }) => claimOfTactic('attack', text, pointer)),
        ...techniques.map(({ text, pointer }) => claimOfId(text, pointer)),
      ],
      claimsAt: 'relevantTechniques' in document ? ['relevantTechniques'] : ['name'],
      namesTactics: true,
      traits: {
        logsource: connectors
          .filter(isFields)
          .flatMap((connector) => [...stringsOf(connector['connectorId']), ...stringsOf(connector['dataTypes'])])
          .map((name) => name.toLowerCase()),
        tags: [...stringsOf(document['tags'])].map((tag) => tag.toLowerCase()),
      },
      auxiliary: false,
    },
  ];
}
