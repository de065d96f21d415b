// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { parseConfigFile } from '@helios/core/config';
import { HeliosError } from '@helios/core/error';
import type { SourceFile } from '@helios/core/input';
import { claimOfId, claimOfTactic } from '../claim/claim.ts';
import { isFields, type Scenario } from './detection.ts';

const KIND = 'helios/scenario/v1';
const text = z.string().min(1);

const stepSchema = z
  .strictObject({
    id: text,
    name: text.optional(),
    attack: z.array(text).default([]),
    atlas: z.array(text).default([]),
    tactic: text.optional(),
    action: text.optional(),
    telemetry: text.optional(),
    detections: z.array(z.union([z.strictObject({ sigma: text }), z.strictObject({ falco: text })])),
    detect_within: z.iso.duration().optional(),
  })
  .refine(({ attack, atlas }) => attack.length + atlas.length > 0, 'names no technique under attack or atlas');

/** A purple-team scenario (PURPLE/README.md). A key that is misspelt would take a step out of the coverage unseen. */
const scenarioSchema = z.strictObject({
  schema: z.literal(KIND),
  id: text,
  title: text,
  objective: text.optional(),
  safety: text.optional(),
  steps: z.array(stepSchema).min(1),
});

export function isScenario(document: unknown): boolean {
  return isFields(document) && document['schema'] === KIND;
}

/** The scenario that is a file's one document. Throws HeliosError `input`, for it is content that is judged. */
export async function readScenario(source: SourceFile): Promise<Scenario> {
  try {
    return scenarioOf(await parseConfigFile(source, scenarioSchema));
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    throw new HeliosError('input', thrown.message, {
      ...thrown.detail,
      hint: thrown.detail.hint?.replace('the JSON Schema says', 'PURPLE/README.md of Helios says'),
    });
  }
}

function scenarioOf({ id, steps }: z.infer<typeof scenarioSchema>): Scenario {
  return {
    document: 0,
    id,
    steps: steps.map((step, position) => {
      const pointer = ['steps', position];
      const { tactic } = step;
      return {
        id: step.id,
        pointer,
        claims: [
          ...step.attack.map((each, index) => claimOfId(each, [...pointer, 'attack', index])),
          ...step.atlas.map((each, index) => claimOfId(each, [...pointer, 'atlas', index])),
          ...(tactic === undefined ? [] : [claimOfTactic('attack', tactic, [...pointer, 'tactic'])]),
        ],
        detections: step.detections.flatMap((named, index) =>
          Object.entries(named).map(([kind, each]) => ({ id: each, pointer: [...pointer, 'detections', index, kind] })),
        ),
      };
    }),
  };
}
