// SPDX-License-Identifier: Apache-2.0
export { reporting } from './failure.ts';
export { makeFolder } from './folder.ts';
export { Locked, startOf, withLock } from './lock.ts';
export { isTemporary, removeStaleTemporaries } from './temporary.ts';
export { withTemporaryFolder } from './temporary-folder.ts';
export { createExclusive, writeFileAtomic } from './write.ts';
