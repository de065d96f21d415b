// SPDX-License-Identifier: Apache-2.0
import type { Place } from './issue.ts';

export const PRIORITIES = [
  'EMERGENCY',
  'ALERT',
  'CRITICAL',
  'ERROR',
  'WARNING',
  'NOTICE',
  'INFORMATIONAL',
  'DEBUG',
] as const;

/** Most urgent first. */
export type Priority = (typeof PRIORITIES)[number];

/** A text that was put together: where each part begins in the whole, and where it is written. */
export interface ComposedText {
  readonly text: string;
  readonly parts: readonly { readonly start: number; readonly place: Place }[];
}

/** A scalar, or a list of them to any depth: what `fields`, `comps` and `values` of exceptions may be. */
export type Nested = string | readonly Nested[];

export interface ExceptionEntry {
  readonly name: string;
  readonly fields: Nested | undefined;
  readonly comps: Nested | undefined;
  readonly values: readonly { readonly value: Nested; readonly place: Place }[];
  readonly place: Place;
}

/** When an item was defined first, and last touched: lists and macros see only what was defined before that. */
interface Visibility {
  index: number;
  visibility: number;
  place: Place;
}

export interface ListEntry extends Visibility {
  readonly name: string;
  items: readonly { readonly text: string; readonly place: Place }[];
  used: boolean;
}

export interface MacroEntry extends Visibility {
  readonly name: string;
  condition: ComposedText;
  used: boolean;
}

/** What a rule may say; all of it but the condition, output, desc and priority has a default. */
export interface RuleContent {
  condition: ComposedText;
  output: ComposedText;
  desc: string;
  priority: Priority;
  enabled: boolean;
  tags: ReadonlySet<string>;
  exceptions: readonly ExceptionEntry[];
  warnEvttypes: boolean;
  skipUnknownFilter: boolean;
}

export interface RuleEntry extends RuleContent, Visibility {
  readonly name: string;
  source: string;
}

export interface PluginRequirement {
  readonly name: string;
  readonly version: string;
}

export function composed(text: string, place: Place): ComposedText {
  return { text, parts: [{ start: 0, place }] };
}

/** As Falco appends: with a blank between. */
export function appended(before: ComposedText, after: ComposedText): ComposedText {
  const start = before.text.length + 1;
  return {
    text: `${before.text} ${after.text}`,
    parts: [...before.parts, ...after.parts.map((part) => ({ ...part, start: part.start + start }))],
  };
}

/** Which part an offset of the whole falls into, and the offset within that part. */
export function originOf({ parts }: ComposedText, offset: number): { place: Place; offset: number } {
  const part = parts.findLast(({ start }) => start <= offset) ?? parts[0];
  if (!part) throw new RangeError('a composed text has no parts');
  return { place: part.place, offset: Math.max(0, offset - part.start) };
}
