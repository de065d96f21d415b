// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { readKey } from '@helios/core/cli/actions';
import { parseConfigFile } from '@helios/core/config';
import { fail, messageOf } from '@helios/core/error';
import { withLock, writeFileAtomic } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { sha256Hex } from '@helios/core/hash';
import { drawSummary, FORMATS } from './draw.ts';
import { nothingTold, readLog } from './intake.ts';
import { type Profile, profileSchema } from './profile.ts';
import { keyCheck, type Pseudonyms, pseudonymsOf } from './pseudonym.ts';
import { judgeLogs } from './scoring.ts';
import { readState, writeState } from './state-file.ts';
import { emptyState, learn, mergeState, type State } from './state.ts';
import { thresholdFor } from './threshold.ts';

export interface BehaviourFlags {
  readonly profile: string;
  readonly state: string;
  readonly pseudonymKey?: string;
}

/** `sec-detect behaviour learn`: adds logs to what is known. A log that was learned before changes nothing. */
export async function learnBehaviour(logs: readonly string[], flags: BehaviourFlags, io: Io): Promise<ExitCode> {
  const desk = await open(flags, io);
  const reading = { ...desk, told: nothingTold(), io };
  await changing(flags, io, async () => {
    const state = load(flags.state, desk, io) ?? emptyState();
    for (const log of logs) {
      const fresh = emptyState();
      const sha256 = await readLog(log, reading, (observation) => learn(fresh, observation, desk.profile));
      if (state.logs.has(sha256)) io.stderr.write(`${log} was learned before: it changes nothing\n`);
      else if (fresh.newest !== undefined) {
        fresh.logs.set(sha256, fresh.newest);
        mergeState(state, fresh, desk.profile);
      }
    }
    await save(state, flags.state, desk, io);
    io.stderr.write(drawSummary(reading.told, state));
  });
  return reading.told.observed === 0 ? EXIT.nothingChecked : EXIT.pass;
}

/** `sec-detect behaviour merge`: adds what was learned elsewhere, with the same profile and key. */
export async function mergeBehaviour(others: readonly string[], flags: BehaviourFlags, io: Io): Promise<ExitCode> {
  const desk = await open(flags, io);
  await changing(flags, io, async () => {
    const state = load(flags.state, desk, io) ?? emptyState();
    for (const other of others) mergeState(state, required(other, desk, io), desk.profile);
    await save(state, flags.state, desk, io);
    io.stderr.write(drawSummary(nothingTold(), state));
  });
  return EXIT.pass;
}

/** `sec-detect behaviour calibrate`: sets the threshold by logs that were not learned and hold nothing bad. */
export async function calibrateBehaviour(logs: readonly string[], flags: BehaviourFlags, io: Io): Promise<ExitCode> {
  const desk = await open(flags, io);
  await changing(flags, io, async () => {
    const state = required(flags.state, desk, io);
    const { days, digests } = await judgeLogs(logs, state, { ...desk, told: nothingTold(), io });
    const learned = logs.find((_log, index) => state.logs.has(digests[index] ?? ''));
    if (learned !== undefined)
      fail('usage', `${learned} was learned: it cannot say how the unknown scores`, {
        hint: 'Hold logs back, and calibrate with those.',
      });
    state.threshold = thresholdFor(days, desk.profile);
    await save(state, flags.state, desk, io);
    const { bits, sample, falseAlarms } = state.threshold;
    io.stderr.write(
      `alarms are above ${bits} bits: at most ${falseAlarms} in 1,000 harmless days, by ${sample} held-out ones\n`,
    );
  });
  return EXIT.pass;
}

export interface ScoreFlags extends BehaviourFlags {
  readonly format: string;
}

/** `sec-detect behaviour score`: days of entities that are unlike theirs and their peers'; exit 1 if there are any. */
export async function scoreBehaviour(logs: readonly string[], flags: ScoreFlags, io: Io): Promise<ExitCode> {
  const format = Object.hasOwn(FORMATS, flags.format) ? FORMATS[flags.format] : undefined;
  if (!format)
    fail('usage', `unknown format "${flags.format}"`, { hint: `Known formats: ${Object.keys(FORMATS).join(', ')}.` });
  const desk = await open(flags, io);
  const state = required(flags.state, desk, io);
  const { threshold } = state;
  if (!threshold)
    fail('usage', 'nothing says which score is an alarm', {
      path: flags.state,
      hint: 'Run `sec-detect behaviour calibrate` with logs that were not learned.',
    });
  if (threshold.falseAlarms !== desk.profile.falseAlarms)
    fail(
      'usage',
      `was calibrated for ${threshold.falseAlarms} false alarms in 1,000, and the profile says ${desk.profile.falseAlarms}`,
      {
        path: flags.state,
        hint: 'Run `sec-detect behaviour calibrate` again.',
      },
    );
  const reading = { ...desk, told: nothingTold(), io };
  const { days, witnesses } = await judgeLogs(logs, state, reading);
  io.stdout.write(format({ profile: desk.profile, threshold, told: reading.told, days, witnesses }));
  if (days.length === 0) return EXIT.nothingChecked;
  return days.some(({ enough, score }) => enough && score > threshold.bits) ? EXIT.fail : EXIT.pass;
}

interface Desk {
  readonly profile: Profile;
  readonly pseudonyms: Pseudonyms;
  /** Undefined where nothing is a pseudonym. */
  readonly keyCheck: string | undefined;
}

async function open({ profile: file, pseudonymKey: key }: BehaviourFlags, io: Io): Promise<Desk> {
  const text = readNamed(file, io) ?? fail('usage', `${file} is not there`, { hint: 'Name a profile.' });
  const profile = await parseConfigFile({ path: file, text, sha256: sha256Hex(text) }, profileSchema);
  if (!Object.values(profile.fields).includes('pseudonym'))
    return { profile, pseudonyms: (_field, value) => value, keyCheck: undefined };
  if (key === undefined)
    fail('usage', 'the profile has pseudonyms, and no key is given', {
      hint: 'Give --pseudonym-key env:NAME, or a file.',
    });
  const pseudonyms = pseudonymsOf(profile.id, readKey(key, io.cwd, io));
  return { profile, pseudonyms, keyCheck: keyCheck(pseudonyms) };
}

function load(file: string, { profile, keyCheck }: Desk, io: Io): State | undefined {
  const text = readNamed(file, io);
  return text === undefined ? undefined : readState(text, file, profile, keyCheck);
}

function required(file: string, desk: Desk, io: Io): State {
  return (
    load(file, desk, io) ?? fail('usage', `${file} is not there`, { hint: 'Run `sec-detect behaviour learn` first.' })
  );
}

async function save(state: State, file: string, { profile, keyCheck }: Desk, io: Io): Promise<void> {
  await writeFileAtomic(resolve(io.cwd, file), writeState(state, profile, keyCheck));
}

const PATIENCE_MS = 60_000;

/** Two that learn at once would each lose what the other has learned. */
async function changing(flags: BehaviourFlags, io: Io, change: () => Promise<void>): Promise<void> {
  await withLock(`${resolve(io.cwd, flags.state)}.lock`, change, { timeoutMs: PATIENCE_MS });
}

/** Undefined where there is no such file. */
function readNamed(file: string, io: Io): string | undefined {
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    return fail('usage', `${file} cannot be read: ${messageOf(cause)}`, { cause, hint: 'Check the path.' });
  }
}
