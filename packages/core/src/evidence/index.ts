// SPDX-License-Identifier: Apache-2.0
export { drawEvidence } from './draw.ts';
export { generateKeyPair, type KeyPair, publicPemOf } from './keys.ts';
export type { KeylessTrust } from './keyless/examine.ts';
export { keylessSigner } from './keyless/sign.ts';
export { verifySigstoreBundle } from './keyless/verify.ts';
export { compareRun, type RecordedRun, type Replayed, readRun } from './replay.ts';
export { readRecord, type RunnerRecord, storeRecord } from './record.ts';
export type { RunFacts, RunFlags } from './rollup.ts';
export { describeEvidence, type EvidenceView, type GateView, type RunView, type StatementView } from './show.ts';
export { openSigner, type Signer } from './signer.ts';
export { type RunToStore, type StoredRun, storeRun } from './store.ts';
export { type EvidenceProblem, type Trust, type Verification, verifyEvidence } from './verify.ts';
export { generateLogKey, type LogKey, openLogKey, verifierLineOf } from './log/log-key.ts';
export { type NoteVerifier, parseVerifierKey } from './log/note-key.ts';
export { proveRun, type Proven, verifyRunProof } from './log/prove.ts';
export { sealRuns, type Sealed } from './log/seal.ts';
export type { LogTrust } from './log/trust.ts';
export { LOG_FOLDER } from './names.ts';
