// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

/** RFC 6962 §2.1: the prefixes keep a leaf from passing for an inner node. */
const LEAF_PREFIX = Buffer.of(0x00);
const NODE_PREFIX = Buffer.of(0x01);
const HASH_BYTES = 32;

export function leafHash(data: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF_PREFIX).update(data).digest();
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest();
}

/** The hash over the leaves [from, to) of a log, however they are stored; of none it is the hash of nothing. */
export type RangeHash = (from: number, to: number) => Buffer;

/** Ranges over leaf hashes that are all at hand. */
export function rangesOf(leaves: readonly Uint8Array[]): RangeHash {
  const ranges: RangeHash = (from, to) => {
    const [first] = leaves.slice(from, from + 1);
    if (from === to || first === undefined) return createHash('sha256').digest();
    if (to - from === 1) return Buffer.from(first);
    const split = from + splitOf(to - from);
    return nodeHash(ranges(from, split), ranges(split, to));
  };
  return ranges;
}

/** The root over leaf hashes. */
export function rootOf(leaves: readonly Uint8Array[]): Buffer {
  return rangesOf(leaves)(0, leaves.length);
}

/** PATH(index, D[n]) of RFC 6962 §2.1.1, nearest node first. Throws RangeError for an index outside of the tree. */
export function inclusionProof(ranges: RangeHash, index: number, size: number): Buffer[] {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) {
    throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  }
  const path = (from: number, to: number): Buffer[] => {
    if (to - from === 1) return [];
    const split = from + splitOf(to - from);
    return index < split ? [...path(from, split), ranges(split, to)] : [...path(split, to), ranges(from, split)];
  };
  return path(0, size);
}

export function verifyInclusion(
  claim: { readonly index: number; readonly size: number; readonly leaf: Uint8Array; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  const { index, size, leaf, root } = claim;
  if (!isSize(size) || !isSize(index) || index >= size) return false;
  if (![leaf, ...proof].every(isHash)) return false;
  // RFC 9162 §2.1.3.2: `node` climbs from the leaf, `last` from the right edge, both halving at each level.
  let node = index;
  let last = size - 1;
  let hash: Buffer = Buffer.from(leaf);
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && hash.equals(root);
}

/** PROOF(oldSize, D[n]) of RFC 6962 §2.1.2. Throws RangeError unless 0 < oldSize <= size: an empty tree proves nothing. */
export function consistencyProof(ranges: RangeHash, oldSize: number, size: number): Buffer[] {
  if (!(Number.isSafeInteger(oldSize) && oldSize > 0 && oldSize <= size)) {
    throw new RangeError(`no consistency proof from ${oldSize} to ${size}`);
  }
  const subproof = (from: number, to: number, complete: boolean): Buffer[] => {
    if (oldSize === to) return complete ? [] : [ranges(from, to)];
    const split = from + splitOf(to - from);
    return oldSize <= split
      ? [...subproof(from, split, complete), ranges(split, to)]
      : [...subproof(split, to, false), ranges(from, split)];
  };
  return subproof(0, size, true);
}

/**
 * Whether a tree of `oldSize` with `oldRoot` is a prefix of the newer one. From size 0 it is false: anything extends
 * an empty tree, so who has seen nothing yet must decide that before asking.
 */
export function verifyConsistency(
  claim: {
    readonly oldSize: number;
    readonly newSize: number;
    readonly oldRoot: Uint8Array;
    readonly newRoot: Uint8Array;
  },
  proof: readonly Uint8Array[],
): boolean {
  const { oldSize, newSize, oldRoot, newRoot } = claim;
  if (!isSize(oldSize) || !isSize(newSize) || oldSize === 0 || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && Buffer.from(oldRoot).equals(newRoot);
  if (![oldRoot, newRoot, ...proof].every(isHash)) return false;
  // RFC 9162 §2.1.4.2: skip the levels at which the old tree is complete; its root then starts the path itself.
  let node = oldSize - 1;
  let last = newSize - 1;
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  const path = node === 0 ? [oldRoot, ...proof] : proof;
  const [start, ...rest] = path;
  if (start === undefined) return false;
  let oldHash: Buffer = Buffer.from(start);
  let newHash: Buffer = Buffer.from(start);
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && oldHash.equals(oldRoot) && newHash.equals(newRoot);
}

/** The largest power of two below n, for n > 1. */
export function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

// Not shifts: they cut numbers to 32 bits, and a tree may be larger.
const half = (n: number): number => Math.floor(n / 2);
const isOdd = (n: number): boolean => n % 2 === 1;

const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isHash = (hash: Uint8Array): boolean => hash.length === HASH_BYTES;
