// SPDX-License-Identifier: Apache-2.0
import type { Place, Ruleset } from '../ruleset.ts';

/** A document of a rule, correlation or filter, as it is written. */
export interface Document {
  readonly place: Place;
  readonly written: Readonly<Record<string, unknown>>;
}

/** All of them, also those that cannot be run. */
export function documentsOf(set: Ruleset): Document[] {
  return [...set.rules, ...set.correlations, ...set.filters, ...set.problems];
}
