// SPDX-License-Identifier: Apache-2.0
import type { Finding } from '../finding/finding.ts';

/** What a commit is told of a verdict. */
export interface Check {
  readonly key: string;
  readonly name: string;
  /** 40 or 64 hex digits. */
  readonly commit: string;
  readonly conclusion: 'success' | 'failure' | 'neutral';
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  /** The most severe first. */
  readonly findings: readonly Finding[];
}
