// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
  rangesOf,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/hash/index.ts';
import { SKIP_REASON, VECTORS, VECTORS_ABSENT } from './vectors.ts';

const base64 = (text: string): Buffer => Buffer.from(text, 'base64');

describe.skipIf(VECTORS_ABSENT)(`the published Merkle vectors${SKIP_REASON}`, () => {
  interface Inclusion {
    leafIdx: number;
    treeSize: number;
    root: string;
    leafHash: string;
    proof: string[] | null;
    wantErr: boolean;
  }
  interface Consistency {
    size1: number;
    size2: number;
    root1: string;
    root2: string;
    proof: string[] | null;
    wantErr: boolean;
  }

  it('98 of 98 inclusion proofs are accepted or refused as published', () => {
    const cases = readVectors('inclusion') as { name: string; vector: Inclusion }[];
    expect(cases).toHaveLength(98);
    for (const { name, vector } of cases) {
      const claim = {
        index: vector.leafIdx,
        size: vector.treeSize,
        leaf: base64(vector.leafHash),
        root: base64(vector.root),
      };
      expect(verifyInclusion(claim, (vector.proof ?? []).map(base64)), name).toBe(!vector.wantErr);
    }
  });

  it('98 of 98 consistency proofs are accepted or refused as published', () => {
    const cases = readVectors('consistency') as { name: string; vector: Consistency }[];
    expect(cases).toHaveLength(98);
    for (const { name, vector } of cases) {
      const roots = { oldRoot: base64(vector.root1), newRoot: base64(vector.root2) };
      const claim = { oldSize: vector.size1, newSize: vector.size2, ...roots };
      expect(verifyConsistency(claim, (vector.proof ?? []).map(base64)), name).toBe(!vector.wantErr);
    }
  });

  it('9 of 9 roots are as published', () => {
    const facts = JSON.parse(readFileSync(`${VECTORS}merkle-roots.json`, 'utf8'));
    const leaves = facts.leafInputsHex.map((hex: string) => leafHash(Buffer.from(hex, 'hex')));
    const roots = facts.rootHashesHexByTreeSize.map((_: string, size: number) =>
      rootOf(leaves.slice(0, size)).toString('hex'),
    );
    expect(roots).toHaveLength(9);
    expect(roots).toEqual(facts.rootHashesHexByTreeSize);
  });
});

function readVectors(kind: string): { name: string; vector: unknown }[] {
  return readdirSync(`${VECTORS}merkle/${kind}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, vector: JSON.parse(readFileSync(`${VECTORS}merkle/${kind}/${name}`, 'utf8')) as unknown }));
}

describe('trees', () => {
  it('a leaf that looks like an inner node has another hash than that node', () => {
    const [a, b] = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))];
    expect(leafHash(Buffer.concat([a, b]))).not.toEqual(nodeHash(a, b));
  });

  it('a proof is asked for a leaf that exists and an old tree that is not empty', () => {
    const leaves = rangesOf(leavesOf(3));
    for (const index of [-1, 3, 0.5, Number.NaN]) expect(() => inclusionProof(leaves, index, 3)).toThrow(RangeError);
    for (const size of [0, 4, -1, 1.5]) expect(() => consistencyProof(leaves, size, 3)).toThrow(RangeError);
  });

  it('sizes that are no exact integers are refused, not rounded', () => {
    const [leaf, root] = [leafHash(Buffer.of(1)), leafHash(Buffer.of(1))];
    for (const size of [2 ** 64, 1.5, Number.NaN, -1]) {
      expect(verifyInclusion({ index: 0, size, leaf, root }, [])).toBe(false);
      expect(verifyConsistency({ oldSize: size, newSize: size, oldRoot: root, newRoot: root }, [])).toBe(false);
    }
  });
});

describe('laws, over trees of up to 70 leaves', () => {
  const size = fc.integer({ min: 1, max: 70 });
  const pair = fc.tuple(size, size).map(([a, b]): [number, number] => (a < b ? [a, b] : [b, a]));

  it('the root equals that of a naive second implementation', () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 0, max: 9 }), (count, salt) =>
        rootOf(leavesOf(count, salt)).equals(naiveRoot(leavesOf(count, salt))),
      ),
      { numRuns: 5_000 },
    );
  });

  it('every inclusion proof verifies, for its own leaf, index, size and root only', () => {
    fc.assert(
      fc.property(pair, fc.nat(), ([index, count], pick) => {
        const leaves = leavesOf(count);
        const claim = { index: index - 1, size: count, leaf: leafAt(leaves, index - 1), root: rootAt(count) };
        const proof = inclusionProof(rangesOf(leaves), index - 1, count);
        const accepts = (change: Partial<typeof claim>, path: readonly Buffer[] = proof): boolean =>
          verifyInclusion({ ...claim, ...change }, path);
        return (
          accepts({}) &&
          !accepts({ leaf: flipBit(claim.leaf, pick) }) &&
          !accepts({ root: flipBit(claim.root, pick) }) &&
          !accepts({ size: index - 1 }) &&
          (count === 1 || !accepts({ index: index % count })) &&
          !accepts({}, [...proof, claim.leaf]) &&
          (proof.length === 0 || (!accepts({}, proof.slice(1)) && !accepts({}, alterOne(proof, pick))))
        );
      }),
      { numRuns: 8_000 },
    );
  });

  it('every consistency proof verifies, for its own sizes and roots only', () => {
    fc.assert(
      fc.property(pair, fc.nat(), ([oldSize, newSize], pick) => {
        const claim = { oldSize, newSize, oldRoot: rootAt(oldSize), newRoot: rootAt(newSize) };
        const proof = consistencyProof(rangesOf(leavesOf(newSize)), oldSize, newSize);
        const accepts = (change: Partial<typeof claim>, path: readonly Buffer[] = proof): boolean =>
          verifyConsistency({ ...claim, ...change }, path);
        return (
          accepts({}) &&
          !accepts({ oldRoot: flipBit(claim.oldRoot, pick) }) &&
          !accepts({ newRoot: flipBit(claim.newRoot, pick) }) &&
          !accepts({}, [...proof, claim.newRoot]) &&
          (proof.length === 0 || (!accepts({}, proof.slice(1)) && !accepts({}, alterOne(proof, pick))))
        );
      }),
      { numRuns: 8_000 },
    );
  });
});

/** Bottom up, one level at a time; the odd node out climbs unchanged. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  let level = [...leaves];
  while (level.length > 1) {
    const next: Buffer[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i] ?? Buffer.alloc(0), level[i + 1]];
      next.push(
        right
          ? createHash('sha256')
              .update(Buffer.concat([Buffer.of(1), left, right]))
              .digest()
          : left,
      );
    }
    level = next;
  }
  return level[0] ?? createHash('sha256').digest();
}

const manyLeaves = Array.from({ length: 10 }, (_, salt) =>
  Array.from({ length: 70 }, (_, i) => leafHash(Buffer.of(salt, i))),
);
const leavesOf = (count: number, salt = 0): Buffer[] => (manyLeaves[salt] ?? []).slice(0, count);
const leafAt = (leaves: readonly Buffer[], index: number): Buffer => leaves[index] ?? Buffer.alloc(0);
const roots = Array.from({ length: 71 }, (_, count) => rootOf(leavesOf(count)));
const rootAt = (count: number): Buffer => leafAt(roots, count);

function flipBit(hash: Buffer, pick: number): Buffer {
  const copy = Buffer.from(hash);
  const at = pick % copy.length;
  copy[at] = (copy[at] ?? 0) ^ (1 << (pick % 8));
  return copy;
}

function alterOne(proof: readonly Buffer[], pick: number): Buffer[] {
  return proof.map((hash, i) => (i === pick % proof.length ? flipBit(hash, pick) : hash));
}
