// SPDX-License-Identifier: Apache-2.0
import type { Condition } from './evaluate/condition.ts';
import type { EventTypes } from './evaluate/event-types.ts';
import type { OutputFormat } from './output.ts';
import type { PluginRequirement, Priority } from './rules/entry.ts';
import type { LoadIssue, Place } from './rules/issue.ts';

/** A rule that compiled: macros, lists and exceptions are in its condition. */
export interface FalcoRule {
  readonly name: string;
  readonly source: string;
  readonly description: string;
  readonly priority: Priority;
  readonly enabled: boolean;
  readonly tags: readonly string[];
  /** As written, appended parts included. */
  readonly output: string;
  readonly format: OutputFormat;
  readonly outputFields: readonly string[];
  /** The condition as written, appended parts included, exceptions not. */
  readonly text: string;
  readonly condition: Condition;
  readonly eventTypes: EventTypes;
  /** Names. */
  readonly exceptions: readonly string[];
  readonly place: Place;
}

interface FalcoMacro {
  readonly name: string;
  readonly text: string;
  /** Absent where the macro does not compile. */
  readonly eventTypes?: EventTypes;
  readonly place: Place;
}

interface FalcoList {
  readonly name: string;
  readonly items: readonly string[];
  readonly place: Place;
}

/** Everything in the order of its first definition. */
export interface Ruleset {
  readonly rules: readonly FalcoRule[];
  readonly macros: readonly FalcoMacro[];
  readonly lists: readonly FalcoList[];
  /** The highest that is required; x.y.z. */
  readonly engineVersion?: string;
  /** Each with its alternatives. */
  readonly plugins: readonly (readonly PluginRequirement[])[];
}

export interface Loaded {
  readonly ruleset: Ruleset;
  /** In the order of the files, then of what compiles. With an error among them Falco would load nothing. */
  readonly issues: readonly LoadIssue[];
}
