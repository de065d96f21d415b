// SPDX-License-Identifier: Apache-2.0
import type { Level } from './finding.ts';

/** A path of keys and indexes from the root of a parsed document. */
export type Pointer = readonly (string | number)[];

/**
 * Where in a file a finding is, said without computing it: positions cost as much as parsing does,
 * so they are only looked up for what is reported.
 */
export interface Anchor {
  /** 0-based index of the document in a multi-document file. */
  readonly document?: number;
  readonly pointer: Pointer;
  /** Narrows the range to this text within the value, where it occurs literally. */
  readonly text?: string;
}

export interface DraftFix {
  readonly title: string;
  /** New text for the anchored range; `remove` deletes the list item that holds it. */
  readonly edit: { readonly kind: 'replace'; readonly newText: string } | { readonly kind: 'remove' };
}

/** What a gate's `evaluate` returns: a finding before positions, fingerprint, level and waivers. */
export interface FindingDraft {
  readonly ruleId: string;
  readonly path: string;
  readonly at?: Anchor;
  /** For text without structure (parse errors): 1-based. */
  readonly line?: number;
  readonly column?: number;
  readonly subject: string;
  /** The offending text, part of the fingerprint; the message is not, so that wording can improve. */
  readonly matched?: string;
  readonly message: string;
  /** Overrides the rule's general advice with what to do here. */
  readonly remedy?: string;
  /** Overrides the rule's level, for rules that grade by what they found. */
  readonly level?: Level;
  readonly fix?: DraftFix;
  readonly owner?: string;
  readonly references?: readonly string[];
}
