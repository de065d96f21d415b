// SPDX-License-Identifier: Apache-2.0
import type { Metric } from '../gate/gate.ts';
import { grouped } from './quantity.ts';

/** Undefined where nothing is demanded of the metric. */
export function isMet({ value, threshold }: Metric): boolean | undefined {
  if (!threshold) return undefined;
  return 'atLeast' in threshold ? value >= threshold.atLeast : value <= threshold.atMost;
}

/** `97.1 %` */
export function valueOf(metric: Metric): string {
  return `${grouped(rounded(metric))} ${metric.unit}`.trimEnd();
}

/** `680 of 700`, or '' without a sample. */
export function sampleOf({ sample }: Metric): string {
  return sample ? `${grouped(sample.hits)} of ${grouped(sample.of)}` : '';
}

/** `≥ 98 %`, or '' without a threshold. */
export function demandOf({ threshold, unit }: Metric): string {
  if (!threshold) return '';
  const demand = 'atLeast' in threshold ? `≥ ${grouped(threshold.atLeast)}` : `≤ ${grouped(threshold.atMost)}`;
  return `${demand} ${unit}`.trimEnd();
}

/** One decimal, or as many as it takes not to land on a threshold that the value itself does not reach. */
function rounded({ value, threshold }: Metric): number {
  const bound = threshold && ('atLeast' in threshold ? threshold.atLeast : threshold.atMost);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toFixed(digits));
    if (bound === undefined || Math.sign(short - bound) === Math.sign(value - bound)) return short;
  }
  return value;
}
