// SPDX-License-Identifier: Apache-2.0
import type { VolumeSettings } from './settings.ts';

/** Bytes of one window, and the start of it in milliseconds since 1970. */
export type WindowSum = readonly [start: number, bytes: number];

/** What a window was held against; all but `windows` in bytes. */
export interface Judged {
  readonly value: number;
  /** The median of the windows before. */
  readonly expected: number;
  readonly bound: number;
  /** How many windows the bound was taken from. */
  readonly windows: number;
}

/** 1 / Φ⁻¹(3/4): makes the median absolute deviation of normal values their standard deviation. */
const NORMAL = 1.4826;
/** Of the median: the least that values are thought to scatter, or a machine's even traffic would alarm at any change. */
const LEAST_SCATTER = 0.1;

/**
 * Holds a window against those before it: too much is what lies above the median by `factor` deviations. Both are robust:
 * half of the history may be an attack, and the bound still stands (an average would have learned it). `before` holds the
 * windows with traffic; `empty` counts those without. Undefined where there are too few to say anything.
 */
export function judgeVolume(
  value: number,
  before: readonly number[],
  empty: number,
  settings: VolumeSettings,
): Judged | undefined {
  const windows = before.length + empty;
  if (windows < settings.least) return undefined;
  const values = [...Array.from({ length: empty }, () => 0), ...before];
  const expected = medianOf(values);
  const deviation = medianOf(values.map((each) => Math.abs(each - expected)));
  const scatter = Math.max(NORMAL * deviation, LEAST_SCATTER * expected);
  const bound = Math.max(settings.floor, Math.ceil(expected + settings.factor * scatter));
  return { value, expected, bound, windows };
}

/** Of an even number the lower of the two in the middle, so that it stays whole. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
