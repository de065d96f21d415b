// SPDX-License-Identifier: Apache-2.0
export { type Changes, isChanged } from './changed-lines.ts';
export { changesSince } from './changes.ts';
export { commitOf, git, prefixOf } from './git.ts';
export { type Blob, readTree, writeTree } from './tree.ts';
