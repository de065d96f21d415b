// SPDX-License-Identifier: Apache-2.0
import { fail } from '../error.ts';

/** What a file may ask of us. Beyond a limit the file is refused by name, never cut. */
export const LIMITS = {
  /** Bytes of a file that people write (YAML, TOML). */
  textBytes: 5 * 1024 * 1024,
  /** Bytes of a JSON document. */
  jsonBytes: 32 * 1024 * 1024,
  /** UTF-16 code units of YAML that only the lenient reader takes: it is some ten times slower than the strict one. */
  lenientLength: 1024 * 1024,
  /** UTF-16 code units of one line (YAML, TOML, NDJSON). */
  lineLength: 1024 * 1024,
  /** Nested collections. */
  depth: 100,
  /** Nodes of a YAML document after every alias is written out; nine lines of aliases can mean billions. */
  expandedNodes: 1_000_000,
} as const;

export function refuse(path: string, what: string, limit: number, unit: string): never {
  fail('input', `${what} is over the limit of ${limit.toLocaleString('en-US')} ${unit}`, {
    path,
    hint: 'Split the file, or exclude it if it is not meant to be checked.',
  });
}

/** Refuses a text with a line over the limit; an index scan, so that good files pay little. */
export function checkLineLength(path: string, text: string): void {
  if (text.length <= LIMITS.lineLength) return;
  for (let start = 0, line = 1; start < text.length; line++) {
    const end = text.indexOf('\n', start);
    const stop = end === -1 ? text.length : end;
    if (stop - start > LIMITS.lineLength) refuse(path, `line ${line}`, LIMITS.lineLength, 'characters');
    start = stop + 1;
  }
}

/** Refuses what a walk could not take: depth, cycles, and aliases that expand beyond the limit. Each shared node is measured once. */
export function checkShape(path: string, document: unknown): void {
  const measured = new Map<object, Measure>();
  const open = new Set<object>();
  const measure = (node: unknown): Measure => {
    if (node === null || typeof node !== 'object') return SCALAR;
    const known = measured.get(node);
    if (known && open.size + known.height <= LIMITS.depth) return known;
    if (open.has(node)) fail('input', 'an alias refers to a node that contains it', { path, hint: 'Break the cycle.' });
    if (known || open.size >= LIMITS.depth) refuse(path, 'nesting', LIMITS.depth, 'levels');
    open.add(node);
    let [size, height] = [1, 1];
    for (const child of Object.values(node)) {
      const inner = measure(child);
      size += inner.size;
      height = Math.max(height, inner.height + 1);
    }
    open.delete(node);
    if (size > LIMITS.expandedNodes) refuse(path, 'the expansion of aliases', LIMITS.expandedNodes, 'nodes');
    measured.set(node, { size, height });
    return { size, height };
  };
  measure(document);
}

interface Measure {
  /** Nodes, with every alias written out. */
  readonly size: number;
  /** Levels of collections. */
  readonly height: number;
}

const SCALAR: Measure = { size: 1, height: 0 };
