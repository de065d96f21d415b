// SPDX-License-Identifier: Apache-2.0
import { canonicalJson } from './jcs.ts';
import { sha256Hex } from './sha256.ts';

interface TreeEntry {
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
}

/**
 * One digest for a set of files, whatever their order: the sha256 of the JCS list of `{path, sha256}`,
 * sorted by path, then by digest, in UTF-16 code units. An outsider can recompute it with any JCS tool.
 */
export function digestTree(entries: readonly TreeEntry[]): string {
  const list = entries.map(({ path, sha256 }) => ({ path, sha256 }));
  list.sort((a, b) => byCodeUnit(a.path, b.path) || byCodeUnit(a.sha256, b.sha256));
  return sha256Hex(canonicalJson(list));
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
