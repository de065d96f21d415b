// SPDX-License-Identifier: Apache-2.0
import type { Alert, Change, Check, Issue } from '../record/index.ts';
import type { Effect } from './effect.ts';

/** A place that takes some kinds of what Helios has to say. Planning reads; only an effect that is applied changes. */
export interface Connector {
  /** Brings all issues whose keys begin with the prefix in line with those wanted. */
  readonly planIssues?: (wanted: readonly Issue[], prefix: string) => Promise<Effect[]>;
  readonly planChange?: (change: Change) => Promise<Effect[]>;
  readonly planCheck?: (check: Check) => Promise<Effect[]>;
  readonly planAlert?: (alert: Alert) => Promise<Effect[]>;
}
