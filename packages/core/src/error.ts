// SPDX-License-Identifier: Apache-2.0

/**
 * What can go wrong that a user can mend. Anything thrown that is not a HeliosError is a defect of Helios (exit 70).
 * - usage: the command line is wrong
 * - config: helios.yaml, a baseline, a scope or another file that steers Helios is wrong
 * - input: a file that should be judged cannot be read, parsed, or is over a limit
 * - policy: a compiled policy is stale, unknown or failed while evaluating
 * - evidence: evidence is missing, altered or not signed as required
 * - io: writing failed
 */
export type ErrorCode = 'usage' | 'config' | 'input' | 'policy' | 'evidence' | 'io';

export interface ErrorDetail {
  /** Repository-relative path of the file at fault. */
  readonly path?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based, in UTF-16 code units. */
  readonly column?: number;
  /** What is right: one sentence that says what to do. */
  readonly hint?: string;
  readonly cause?: unknown;
}

export class HeliosError extends Error {
  override readonly name = 'HeliosError';
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, { cause: detail.cause });
    this.code = code;
    this.detail = detail;
  }
}

export function fail(code: ErrorCode, message: string, detail?: ErrorDetail): never {
  throw new HeliosError(code, message, detail);
}

/** The message of anything thrown; opa-wasm, for one, throws strings. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
