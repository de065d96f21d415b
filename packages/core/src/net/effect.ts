// SPDX-License-Identifier: Apache-2.0

/** One change that a connector would make. Planning it has only read. */
export interface Effect {
  readonly action: 'create' | 'update' | 'reopen' | 'close' | 'send';
  /** What is changed, for a person: `issue`, `pull request`, `check`, `alert`. */
  readonly what: string;
  /** What makes doing it twice the same as doing it once. */
  readonly key: string;
  readonly title: string;
  /** Makes it, and answers with where it can be looked at. Throws HeliosError `io`. */
  readonly apply: () => Promise<string>;
}
