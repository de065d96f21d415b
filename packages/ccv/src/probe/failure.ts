// SPDX-License-Identifier: Apache-2.0

/** The code of a failed system call, `ECONNREFUSED`; '' where it has none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
