// SPDX-License-Identifier: Apache-2.0

/** Files that should become others: a pull or merge request, once a person agrees. */
export interface Change {
  readonly key: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** Branch that it is for. */
  readonly base: string;
  /** Commit that it was made on, 40 or 64 hex digits; the other side must have it. */
  readonly parent: string;
  /** New contents by path from the repository's root; null for a file that goes. */
  readonly files: ReadonlyMap<string, Uint8Array | null>;
}
