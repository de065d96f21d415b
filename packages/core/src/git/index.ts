// SPDX-License-Identifier: Apache-2.0
export { commitOf, git, prefixOf } from './git.ts';
export { type Blob, readTree, writeTree } from './tree.ts';
