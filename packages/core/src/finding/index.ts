// SPDX-License-Identifier: Apache-2.0
export {
  acceptFindings,
  type Baseline,
  baselineSchema,
  EMPTY_BASELINE,
  isInEffect,
  pruneBaseline,
  type Terms,
  termsSchema,
} from './baseline.ts';
export type { Anchor, DraftFix, FindingDraft, Pointer } from './draft.ts';
export {
  type Exception,
  exceptionRegisterSchema,
  exceptionSchema,
  grantedAt,
  isApprovedByAnother,
} from './exception.ts';
export {
  type Finding,
  type Fix,
  type Level,
  LEVELS,
  type Location,
  severity,
  type Suppression,
  type TextEdit,
} from './finding.ts';
export { CORE_RULES } from './input-rules.ts';
export { beginOf, endOf, momentSchema } from './moment.ts';
export { redact } from './redact.ts';
export type { Rule } from './rule.ts';
export { keysOfFinding, keysOfScope, type Scope, subjectOf } from './scope.ts';
