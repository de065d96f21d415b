// SPDX-License-Identifier: Apache-2.0
import type { Finding } from '../finding/finding.ts';
import type { Rule } from '../finding/rule.ts';
import type { Metric } from './gate.ts';

export type Verdict = 'pass' | 'fail' | 'nothing-checked' | 'error';

/** Exit codes, the same in every binary and every format. */
export const EXIT = { pass: 0, fail: 1, usage: 2, nothingChecked: 3, evidence: 4, internal: 70 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A file that the verdict rests on. */
export interface InputDigest {
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** The verdict of one gate: all of it deterministic, all of it part of the evidence but `excerpt` and `rules`. */
export interface GateResult {
  readonly gate: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly exit: ExitCode;
  readonly checked: number;
  /** What `checked` counts. */
  readonly unit: string;
  /** Files that should have been checked and could not be; each has a finding. */
  readonly notChecked: number;
  /** Open findings, sorted by path, line, column, rule and fingerprint. */
  readonly findings: readonly Finding[];
  /** Findings that an exception or the baseline covers, sorted likewise. */
  readonly waived: readonly Finding[];
  readonly metrics: readonly Metric[];
  /** Sorted by path. */
  readonly inputs: readonly InputDigest[];
  /** The rules of this run, with the levels that the configuration gave them; those turned off are left out. */
  readonly rules: readonly Rule[];
  /** sha256 of the JCS form of the options after parsing. */
  readonly optionsDigest: string;
  /** Set when only a change counted: since which commit, and how many open findings lie outside of it. */
  readonly scope?: { readonly base: string; readonly outside: number };
  /** Set when the gate crashed (`verdict: 'error'`). */
  readonly error?: string;
}

/** One run of one or many gates: what reporters draw. */
export interface Report {
  /** RFC 3339 instant, UTC. */
  readonly asOf: string;
  readonly verdict: Verdict;
  readonly exit: ExitCode;
  readonly gates: readonly GateResult[];
  readonly tool: { readonly name: string; readonly version: string };
}
