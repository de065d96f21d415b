// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import type { Claim } from '../claim/claim.ts';

/** The formats that are known, and `custom` for those that the configuration describes. */
type Format = 'sigma' | 'falco' | 'elastic' | 'splunk' | 'sentinel' | 'panther' | 'custom';

/** One detection rule of a file, reduced to what mapping needs. Plain data: it is remembered between runs. */
export interface Detection {
  readonly format: Format;
  /** 0-based index of its document in the file. */
  readonly document: number;
  /** Of the rule within the document. */
  readonly pointer: Pointer;
  /** Id where the format has one, else its name. */
  readonly id: string;
  readonly title: string;
  readonly claims: readonly Claim[];
  /** Where claims should stand: what a finding about missing ones points at. */
  readonly claimsAt: Pointer;
  /** Whether the format names tactics beside techniques; Splunk's does not. */
  readonly namesTactics: boolean;
  /** Log sources and tags, lower case: how AI content is told. */
  readonly traits: { readonly logsource: readonly string[]; readonly tags: readonly string[] };
  /** Only part of another rule, such as the base of a correlation: it needs no ids of its own. */
  readonly auxiliary: boolean;
}

/** What a file holds. */
export interface DetectionFile {
  readonly detections: readonly Detection[];
  /** Documents that are no detection of any known format. */
  readonly unrecognised: number;
  readonly scenarios: readonly Scenario[];
}

/** A purple-team scenario: what should be seen, and by which detections. */
export interface Scenario {
  readonly document: number;
  readonly id: string;
  readonly steps: readonly {
    readonly id: string;
    readonly pointer: Pointer;
    readonly claims: readonly Claim[];
    readonly detections: readonly { readonly id: string; readonly pointer: Pointer }[];
  }[];
}

/** Reads a format out of a document; undefined when the document is of another kind. */
export type Reader = (document: unknown, index: number) => readonly Detection[] | undefined;

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The strings of a value that should be one, or a list of them; numbers as people write them. */
export function stringsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return isText(value) ? [String(value)] : [];
  return value.filter(isText).map(String);
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

export function stringOf(value: unknown): string | undefined {
  return stringsOf(value)[0];
}

/** Each string of a list with the pointer to it; a lone string has the list's own. */
export function pointedStrings(value: unknown, pointer: Pointer): { text: string; pointer: Pointer }[] {
  if (!Array.isArray(value)) return stringsOf(value).map((text) => ({ text, pointer }));
  const found: { text: string; pointer: Pointer }[] = [];
  value.forEach((item, index) => {
    for (const text of stringsOf(item)) found.push({ text, pointer: [...pointer, index] });
  });
  return found;
}
