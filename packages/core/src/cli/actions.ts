// SPDX-License-Identifier: Apache-2.0
// What command lines need once they run; apart from `cli`, so that `--help` does not load it.
export { check, type CheckRequest, judge } from './check.ts';
export { carryOut, namedConnector, type SendFlags } from './send.ts';
export { stateDirectory } from './directories.ts';
export { loadInputs } from './load-inputs.ts';
export { describeError } from './errors.ts';
export { signerOf } from './proof.ts';
export { leaveRecord, type RecordFlags } from './record.ts';
export { passphraseOf, readKey } from './key.ts';
export { type CheckFlags, parseCheckFlags } from './parse-flags.ts';
export { shown } from './shown.ts';
export { createProgress, type Progress } from './progress.ts';
export { writeOutput } from './write-output.ts';
