// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Metric } from '@helios/core/gate';
import { draftAt } from '../lint/draft.ts';
import { titleOf } from '../lint/metadata.ts';
import type { Options } from '../options.ts';
import type { Ruleset } from '../ruleset.ts';
import { type Noise, upperBound } from './noise.ts';
import type { NoiseRecord } from './record.ts';

/** Rules that match harmless events more often than they may, or than they did. */
export function* judgeNoise(
  { rules }: Ruleset,
  noise: readonly Noise[],
  before: NoiseRecord | undefined,
  { perThousand }: Options['benign'],
): Generator<FindingDraft> {
  const placed = new Map(rules.map((each) => [each.rule.id, each]));
  const known = new Map(before?.results.map((each) => [each.rule, each]));
  for (const { rule, matches, events, example } of noise) {
    const at = placed.get(rule);
    if (!at || matches === 0) continue;
    const rate = perThousandOf(matches / events);
    const where = example ? `, for instance ${example.file}:${example.record}` : '';
    if ((matches / events) * 1000 > perThousand) {
      const bound = perThousandOf(upperBound(matches, events));
      const message = `matches ${matches} of ${events} harmless events (${rate} per 1,000; at most ${bound} with 95 % confidence), and may match ${perThousand}${where}`;
      yield draftAt('detect/noisy', at.place, ['title'], titleOf(at.written), message);
    }
    const old = known.get(rule);
    if (old && matches * old.events > old.matches * events) {
      const message = `matches ${rate} per 1,000 harmless events, and matched ${perThousandOf(old.matches / old.events)} before${where}`;
      yield draftAt('detect/noise-regression', at.place, ['title'], titleOf(at.written), message);
    }
  }
}

/** Alerts per 1,000 harmless events, of all rules together, and how much fewer they are than before. */
export function noiseMetrics(
  noise: readonly Noise[],
  events: number,
  before: NoiseRecord | undefined,
  { reduction }: Options['benign'],
): Metric[] {
  if (events === 0) return [];
  const matches = noise.reduce((sum, each) => sum + each.matches, 0);
  const metrics: Metric[] = [
    {
      id: 'noise.rate',
      title: 'matches of harmless events, per 1,000',
      value: rounded((matches / events) * 1000),
      unit: '',
      sample: { hits: matches, of: events },
    },
  ];
  const held = before?.results.reduce((sum, each) => sum + each.matches / Math.max(1, each.events), 0) ?? 0;
  if (held > 0) {
    const now = noise.reduce((sum, each) => sum + each.matches / each.events, 0);
    metrics.push({
      id: 'noise.reduction',
      title: 'fewer matches of harmless events than recorded',
      value: rounded((1 - now / held) * 100),
      unit: '%',
      ...(reduction !== undefined && { threshold: { atLeast: reduction } }),
    });
  }
  return metrics;
}

function perThousandOf(rate: number): string {
  return String(rounded(rate * 1000));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
