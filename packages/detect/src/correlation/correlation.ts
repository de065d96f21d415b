// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
  'temporal',
  'temporal_ordered',
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/** `gte: 10`; several must hold together. */
export interface Bound {
  readonly operator: 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';
  readonly value: number;
}

/** A rule about several events (Sigma correlation rules specification 2.1.0). */
export interface Correlation {
  /** The id, else the name, else the title. */
  readonly id: string;
  readonly name?: string;
  readonly title: string;
  readonly level?: string;
  readonly type: CorrelationType;
  /** Ids or names of the rules whose matches are counted, in their order. */
  readonly rules: readonly { readonly reference: string; readonly at: Pointer }[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  /** None for temporal ones, where all rules must be seen. */
  readonly bounds: readonly Bound[];
  /** Fields whose values are counted or added up; several are counted as one tuple. */
  readonly fields: readonly string[];
  /** From 0 to 100. */
  readonly percentile?: number;
  /** Field of a rule that a name in `groupBy` stands for: by name, then by reference. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Whether the rules that it is made of alert on their own as well. */
  readonly generate: boolean;
}

/** What can be referred to: a rule or a correlation. */
export interface Referable {
  readonly id: string;
  readonly name?: string;
}

export function isCalled({ id, name }: Referable, reference: string): boolean {
  return id === reference || name === reference;
}
