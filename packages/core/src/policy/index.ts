// SPDX-License-Identifier: Apache-2.0
export { buildPolicy, compilePolicy, testPolicy } from './build.ts';
export { MODULE_FILE } from './bundle.ts';
export type { Violation } from './decision.ts';
export { findOpa, type Opa } from './opa.ts';
export { loadPolicy, type Policy } from './policy.ts';
export { type VerifiedBundle, verifyLock } from './verify.ts';
