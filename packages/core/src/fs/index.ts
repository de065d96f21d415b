// SPDX-License-Identifier: Apache-2.0
export { withLock } from './lock.ts';
export { isTemporary, removeStaleTemporaries } from './temporary.ts';
export { createExclusive, writeFileAtomic } from './write.ts';
