// SPDX-License-Identifier: Apache-2.0
export { type Alert, alertSchema } from './alert.ts';
export type { Change } from './change.ts';
export type { Check } from './check.ts';
export { CONTROL_FAILURE_TYPE, type ControlFailure, controlFailureSchema } from './control-failure.ts';
export { CONTROL_RUN_TYPE, type ControlRun, controlRunSchema, type RollbackTranscript } from './control-run.ts';
export { type DetectionTestRecord, detectionTestRecordSchema } from './detection-test.ts';
export { type Issue, mergeIssues } from './issue.ts';
export { readIssues, writeIssues } from './issue-file.ts';
