// SPDX-License-Identifier: Apache-2.0
export { canonicalJson } from './jcs.ts';
export {
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
  type RangeHash,
  rangesOf,
  rootOf,
  splitOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
export { sha256File, sha256Hex } from './sha256.ts';
export { digestTree } from './tree-digest.ts';
