// SPDX-License-Identifier: Apache-2.0

export const LEVELS = ['error', 'warning', 'note'] as const;
export type Level = (typeof LEVELS)[number];

/** The higher, the more severe. */
export function severity(level: Level): number {
  return LEVELS.length - LEVELS.indexOf(level);
}

/** Lines and columns are 1-based; columns count UTF-16 code units, and the end is exclusive. */
export interface Location {
  /** Relative to the root of the repository, with forward slashes. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** Replaces the UTF-16 range [start, end) of a file's text. */
export interface TextEdit {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** Why a finding does not count: an approved exception, or the baseline. */
export interface Suppression {
  readonly kind: 'waived' | 'baselined';
  /** Id of the exception, or the path of the baseline file. */
  readonly by: string;
  readonly owner: string;
  readonly reason: string;
  /** RFC 3339 instant, UTC. */
  readonly expires: string;
}

export interface Finding {
  /** `<gate>/<kebab-name>` */
  readonly ruleId: string;
  readonly level: Level;
  readonly message: string;
  readonly location: Location;
  /** What the finding is about, in the domain's words: a rule's title, a dataset's name. */
  readonly subject: string;
  /** 64 hex digits; stays the same when lines move. */
  readonly fingerprint: string;
  /** What to do, for this very finding. */
  readonly remedy: string;
  readonly fix?: Fix;
  readonly owner?: string;
  readonly references?: readonly string[];
  /** Absent when the finding counts. */
  readonly suppression?: Suppression;
  /** The source line at fault, cut to a limit. For pictures only: it never reaches evidence. */
  readonly excerpt?: string;
}
