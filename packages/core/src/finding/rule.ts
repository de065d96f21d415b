// SPDX-License-Identifier: Apache-2.0
import type { Level } from './finding.ts';

export interface Rule {
  /** `<gate>/<kebab-name>`, said as the defect. Never changes its meaning. */
  readonly id: string;
  /** Grows when the meaning of a match changes, and with it every fingerprint of the rule. */
  readonly major: number;
  readonly level: Level;
  /** Whether it is about the repository as a whole: its findings belong to every change, wherever they are placed. */
  readonly wide?: true;
  readonly title: string;
  /** Why it matters, in one or two sentences. */
  readonly why: string;
  /** How to mend it, in one or two sentences. */
  readonly fix: string;
  /** A small file that breaks the rule, and one that keeps it. */
  readonly example?: { readonly bad: string; readonly good: string };
}
