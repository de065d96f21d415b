// SPDX-License-Identifier: Apache-2.0
export { detectionTestRecordSchema } from './detection-test.ts';
export { type Issue, mergeIssues } from './issue.ts';
export { readIssues, writeIssues } from './issue-file.ts';
