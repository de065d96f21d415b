// SPDX-License-Identifier: Apache-2.0
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { z } from 'zod';
import { type Destination, pairKey } from './destination.ts';
import type { Observation } from './observation.ts';
import type { StreamSettings } from './stream.ts';

const day = z.iso.date();

/** Where workloads are known to send, as somebody has reviewed it. */
export const baselineSchema = z.strictObject({
  schema: z.literal('helios/egress-known/v1'),
  /** Absent until `sec-ccv egress review`. */
  reviewed: z
    .strictObject({
      by: z.string().min(1),
      on: day,
      /** sha256 of the JCS form of `workloads`: who changes them afterwards must have them reviewed again. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    })
    .optional(),
  /** In the order of their names, as are destinations. */
  workloads: z.array(
    z.strictObject({
      workload: z.string().min(1),
      destinations: z.array(
        z.strictObject({
          kind: z.enum(['domain', 'network', 'bucket', 'malformed']),
          name: z.string().min(1),
          first: day,
          last: day,
          /** UTC days on which it was seen. */
          days: z.int().positive(),
        }),
      ),
    }),
  ),
});
export type Baseline = Readonly<z.infer<typeof baselineSchema>>;

/** What a review is of. */
export function digestOf({ workloads }: Baseline): string {
  return sha256Hex(canonicalJson(workloads));
}

export function isReviewed(baseline: Baseline): boolean {
  return baseline.reviewed?.sha256 === digestOf(baseline);
}

/** What is known; of a baseline that nobody has reviewed as it is now, nothing is. */
export function knownOf(baseline: Baseline | undefined): StreamSettings['known'] {
  if (!baseline || !isReviewed(baseline)) return () => false;
  const known = new Set(
    baseline.workloads.flatMap(({ workload, destinations }) => destinations.map((each) => pairKey(workload, each))),
  );
  return (workload, destination) => known.has(pairKey(workload, destination));
}

/** Gathers a baseline out of observations, in any order. */
export function createLearner(): { learn(observation: Observation): void; baseline(): Baseline } {
  const seen = new Map<string, { workload: string; destination: Destination; days: Set<string> }>();
  return {
    learn({ workload, destination, time }) {
      const key = pairKey(workload, destination);
      const pair = seen.get(key) ?? { workload, destination, days: new Set<string>() };
      seen.set(key, pair);
      pair.days.add(new Date(time).toISOString().slice(0, 10));
    },
    baseline() {
      const sorted = [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
      const byWorkload = Map.groupBy(sorted, ({ workload }) => workload);
      const workloads = [...byWorkload].map(([workload, pairs]) => ({
        workload,
        destinations: pairs.map(({ destination: { kind, name }, days }) => {
          const ordered = [...days].sort();
          return { kind, name, first: ordered[0] ?? '', last: ordered.at(-1) ?? '', days: days.size };
        }),
      }));
      return { schema: 'helios/egress-known/v1', workloads };
    },
  };
}
