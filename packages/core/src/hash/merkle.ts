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

/** The root over leaf hashes; that of no leaves is the hash of nothing. */
export function rootOf(leaves: readonly Uint8Array[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return createHash('sha256').digest();
  if (leaves.length === 1) return Buffer.from(first);
  const split = splitOf(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

/** PATH(index, D[n]) of RFC 6962 §2.1.1, nearest node first. Throws RangeError for an index outside of the tree. */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): Buffer[] {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < leaves.length)) {
    throw new RangeError(`no leaf ${index} in a tree of ${leaves.length}`);
  }
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  return index < split
    ? [...inclusionProof(leaves.slice(0, split), index), rootOf(leaves.slice(split))]
    : [...inclusionProof(leaves.slice(split), index - split), rootOf(leaves.slice(0, split))];
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

/** PROOF(oldSize, D[n]) of RFC 6962 §2.1.2. Throws RangeError unless 0 < oldSize <= n: an empty tree proves nothing. */
export function consistencyProof(leaves: readonly Uint8Array[], oldSize: number): Buffer[] {
  if (!(Number.isSafeInteger(oldSize) && oldSize > 0 && oldSize <= leaves.length)) {
    throw new RangeError(`no consistency proof from ${oldSize} to ${leaves.length}`);
  }
  return subproof(leaves, oldSize, true);
}

function subproof(leaves: readonly Uint8Array[], oldSize: number, complete: boolean): Buffer[] {
  if (oldSize === leaves.length) return complete ? [] : [rootOf(leaves)];
  const split = splitOf(leaves.length);
  return oldSize <= split
    ? [...subproof(leaves.slice(0, split), oldSize, complete), rootOf(leaves.slice(split))]
    : [...subproof(leaves.slice(split), oldSize - split, false), rootOf(leaves.slice(0, split))];
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
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

// Not shifts: they cut numbers to 32 bits, and a tree may be larger.
const half = (n: number): number => Math.floor(n / 2);
const isOdd = (n: number): boolean => n % 2 === 1;

const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isHash = (hash: Uint8Array): boolean => hash.length === HASH_BYTES;
