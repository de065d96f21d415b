// SPDX-License-Identifier: Apache-2.0
import { claimOfId, claimOfTactic } from '../claim/claim.ts';
import { isFields, pointedStrings, type Scenario, stringOf } from './detection.ts';

/** Purple-team scenarios, `schema: helios/scenario/v1` (PURPLE/README.md). */
export function readScenario(document: unknown, index: number): Scenario | undefined {
  if (!isFields(document) || document['schema'] !== 'helios/scenario/v1') return undefined;
  const steps: unknown[] = Array.isArray(document['steps']) ? document['steps'] : [];
  return {
    document: index,
    id: stringOf(document['id']) ?? 'unnamed scenario',
    steps: steps.map((step, position) => {
      const fields = isFields(step) ? step : {};
      const pointer = ['steps', position];
      const ids = ['attack', 'atlas'].flatMap((key) => pointedStrings(fields[key], [...pointer, key]));
      const tactics = pointedStrings(fields['tactic'], [...pointer, 'tactic']);
      const named: unknown[] = Array.isArray(fields['detections']) ? fields['detections'] : [];
      return {
        id: stringOf(fields['id']) ?? `step ${position + 1}`,
        pointer,
        claims: [
          ...ids.map(({ text, pointer: at }) => claimOfId(text, at)),
          ...tactics.map(({ text, pointer: at }) => claimOfTactic('attack', text, at)),
        ],
        detections: named.flatMap((entry, inner) =>
          isFields(entry)
            ? ['sigma', 'falco'].flatMap((key) =>
                pointedStrings(entry[key], [...pointer, 'detections', inner, key]).map(({ text, pointer: at }) => ({
                  id: text,
                  pointer: at,
                })),
              )
            : [],
        ),
      };
    }),
  };
}
