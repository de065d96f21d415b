// SPDX-License-Identifier: Apache-2.0
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fail, messageOf } from '@helios/core/error';
import { makeFolder, reporting } from '@helios/core/fs';
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import type { ControlRun } from '@helios/core/record';
import type { Json } from '../control/json.ts';
import { eventSchema, type Intent, type JournalEvent, type SpawnedEvent, type StepEvent } from './event.ts';

/** A run that is not known to have left the world as it was. */
export interface UnsettledRun {
  readonly intent: Intent;
  /** In their order. */
  readonly steps: readonly StepEvent[];
  readonly spawned: readonly SpawnedEvent[];
  /** The state before the action, for the differences. */
  readonly before: Readonly<Record<string, Json>>;
}

/** A record that was not left with the evidence before its process died. */
export interface PendingRecord {
  readonly run: string;
  readonly record: ControlRun;
  readonly path: string;
  readonly sha256: string;
}

/**
 * What was meant to be done and what was, durable before it returns: a write-ahead log in SQLite (WAL,
 * synchronous=FULL), each entry chained to the one before by sha256. One process at a time, which its caller sees to.
 */
export class Journal {
  readonly #database: DatabaseSync;
  readonly #events: JournalEvent[] = [];
  #last = '';

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens the journal of a file, or begins it. Throws HeliosError `evidence` when an entry is not as it was written. */
  static async open(file: string): Promise<Journal> {
    await reporting(`make the folder of ${file}`, () => makeFolder(dirname(file)));
    const journal = new Journal(openDatabase(file));
    journal.#readBack(file);
    return journal;
  }

  append(event: JournalEvent): void {
    const body = canonicalJson(eventSchema.parse(event));
    const hash = sha256Hex(this.#last + body);
    this.#database.prepare('INSERT INTO entry (body, hash) VALUES (?, ?)').run(body, hash);
    this.#events.push(event);
    this.#last = hash;
  }

  /** An intent; the state that its undoing is held against is there before it. */
  begin(intent: Intent, before: Readonly<Record<string, Json>>): void {
    this.#database.prepare('INSERT INTO state (run, body) VALUES (?, ?)').run(intent.run, JSON.stringify(before));
    this.append(intent);
  }

  /** Ends a run; the state before it is forgotten once nothing can be held against it any more. */
  close(event: Extract<JournalEvent, { event: 'closed' | 'dismissed' }>): void {
    this.append(event);
    if (event.event === 'dismissed' || event.settled)
      this.#database.prepare('DELETE FROM state WHERE run = ?').run(event.run);
  }

  /** The earliest first. */
  unsettled(): UnsettledRun[] {
    const settled = new Set(
      this.#events.flatMap((each) =>
        each.event === 'dismissed' || (each.event === 'closed' && each.settled) ? [each.run] : [],
      ),
    );
    return this.#events.flatMap((intent) =>
      intent.event !== 'intent' || settled.has(intent.run)
        ? []
        : [
            {
              intent,
              steps: this.stepsOf(intent.run),
              spawned: this.#events.filter((each) => each.event === 'spawned').filter(({ run }) => run === intent.run),
              before: this.#stateBefore(intent.run),
            },
          ],
    );
  }

  stepsOf(run: string): StepEvent[] {
    return this.#events.filter((each) => each.event === 'step').filter((each) => each.run === run);
  }

  /** Records that were written here and not yet left with the evidence. */
  unleft(): PendingRecord[] {
    const pending = new Map<string, PendingRecord>();
    for (const each of this.#events) {
      if (each.event === 'left') pending.delete(each.run);
      if (each.event !== 'closed') continue;
      const intent = this.#events.find((other) => other.event === 'intent' && other.run === each.run);
      const path = intent?.event === 'intent' ? intent.path : '';
      pending.set(each.run, { run: each.run, record: each.record, path, sha256: each.sha256 });
    }
    return [...pending.values()];
  }

  /** How often a control was begun from a moment on. */
  begunSince(control: string, since: Date): number {
    return this.#events.filter(
      (each) => each.event === 'intent' && each.control.id === control && Date.parse(each.at) >= since.getTime(),
    ).length;
  }

  /** The last rollback proof of all, which the next one names. */
  lastProof(): string | null {
    const closed = this.#events.findLast((each) => each.event === 'closed' && each.record.rollback !== undefined);
    return (closed?.event === 'closed' && closed.record.rollback?.proof) || null;
  }

  /** The last time of a control's schedule that was seen to. */
  lastFired(control: string): Date | undefined {
    const fired = this.#events.findLast((each) => each.event === 'fired' && each.control === control);
    return fired?.event === 'fired' ? new Date(fired.due) : undefined;
  }

  end(): void {
    this.#database.close();
  }

  #readBack(file: string): void {
    const entries = this.#database.prepare('SELECT number, body, hash FROM entry ORDER BY number').iterate();
    let expected = 1;
    for (const { number, body, hash } of entries) {
      this.#last = sha256Hex(this.#last + String(body));
      if (number !== expected++ || hash !== this.#last) {
        fail('evidence', `entry ${String(number)} of the journal was changed, or one before it is gone`, {
          path: file,
          hint: 'Find out who changed it; then restore it, or move it away once no rollback is pending.',
        });
      }
      this.#events.push(readEvent(String(body), file));
    }
  }

  #stateBefore(run: string): Readonly<Record<string, Json>> {
    const row = this.#database.prepare('SELECT body FROM state WHERE run = ?').get(run);
    return row === undefined ? {} : (JSON.parse(String(row['body'])) as Record<string, Json>);
  }
}

function readEvent(body: string, file: string): JournalEvent {
  const event = eventSchema.safeParse(JSON.parse(body));
  if (event.success) return event.data;
  return fail('evidence', 'the journal was written by another version of sec-ccv', {
    path: file,
    hint: 'Let that version settle what is pending, then move the journal away.',
  });
}

function openDatabase(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file);
    // The state before an action may hold what only its owner should see.
    chmodSync(file, 0o600);
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS state (run TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
    `);
    return database;
  } catch (cause) {
    return fail('io', `the journal ${file} cannot be opened: ${messageOf(cause)}`, {
      cause,
      hint: 'Name another folder with --state, or restore the journal.',
    });
  }
}
