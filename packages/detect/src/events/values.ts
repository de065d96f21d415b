// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import { isEnvelope, isEnvelopeHead } from './envelope.ts';
import type { Framer, RecordSink } from './framing.ts';
import { EVENT_LIMITS, NOT_UTF8, TOO_DEEP, TOO_LONG } from './limits.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const LIST = 0x5b;
const LIST_END = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const NEWLINE = 0x0a;

/** Of an envelope only the beginning is looked at: what stands beside the list is short. */
const HEAD = 4096;

/**
 * Cuts objects one after the other, and the items of lists and envelopes, whatever their layout. Commas between
 * records are passed over. An object that breaks off is told by the next one that begins a line where none may.
 */
class ValueFramer implements Framer {
  readonly #sink: RecordSink;
  #record = 0;
  /** Collections that are open, and those around a record: a list is 1, a list in an envelope 2. */
  #depth = 0;
  #floor = 0;
  /** Within what follows the list of an envelope; and what came before the list. */
  #tail = false;
  #head = '';
  #inString = false;
  #escaped = false;
  /** The byte before this one, and the last one that is no blank. */
  #before = NEWLINE;
  #mark = 0;

  /** The record that is open: whether one is, and where it begins in this piece. */
  #open = false;
  #start = 0;
  #parts: Buffer[] = [];
  #held = 0;
  #deepest = 0;
  #scalar = false;
  #fault: string | undefined;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    this.#start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#inString) this.#string(byte);
      else if (byte === 0x20 || byte === 0x0d || byte === 0x09) this.#before = byte;
      else if (byte === NEWLINE) {
        if (this.#scalar) this.#close(chunk, at);
        this.#before = byte;
      } else {
        this.#structure(chunk, at, byte);
        this.#before = byte;
        this.#mark = byte;
      }
    }
    if (this.#open) this.#hold(chunk.subarray(this.#start));
  }

  end(): void {
    if (this.#scalar) this.#close(Buffer.alloc(0), 0);
    else if (this.#tail) this.#sink.bad(this.#record + 1, 'is missing: the file ends within the envelope of its list');
    else if (this.#open) this.#sink.bad(this.#record, this.#fault ?? 'breaks off: the file ends within it');
    else if (this.#depth > 0) this.#sink.bad(this.#record + 1, 'is missing: the file ends within its list');
  }

  #string(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
    else if (byte === NEWLINE) {
      this.#inString = false;
      this.#fault ??= 'is not valid JSON: a text is not closed on its line';
    } else return;
    this.#before = byte;
    this.#mark = byte;
  }

  #structure(chunk: Buffer, at: number, byte: number): void {
    switch (byte) {
      case OBJECT:
      case LIST:
        return this.#opening(chunk, at, byte);
      case OBJECT_END:
      case LIST_END:
        return this.#closing(chunk, at, byte);
      case COMMA:
        if (this.#scalar) this.#close(chunk, at);
        return;
      default:
        if (byte === QUOTE) this.#inString = true;
        if (this.#depth === this.#floor && !this.#open) this.#begin(at, true);
    }
  }

  #opening(chunk: Buffer, at: number, byte: number): void {
    if (this.#scalar) this.#close(chunk, at);
    if (this.#open && byte === OBJECT && this.#breaksOff()) {
      this.#sink.bad(this.#record, this.#fault ?? 'is not valid JSON: it breaks off before the next one begins');
      this.#release();
      this.#depth = 0;
    }
    if (this.#depth === this.#floor && !this.#tail) {
      if (byte === LIST && this.#floor === 0) {
        this.#depth = 1;
        this.#floor = 1;
        return;
      }
      this.#begin(at, false);
    } else if (byte === LIST && this.#depth === 1 && this.#floor === 0 && this.#mark === COLON) {
      if (this.#isEnvelope(chunk, at)) {
        this.#release();
        this.#record--;
        this.#depth = 2;
        this.#floor = 2;
        return;
      }
    }
    this.#depth++;
    if (this.#depth > this.#deepest) this.#deepest = this.#depth;
  }

  /** No JSON has an object after anything but an opening, a comma or a colon. */
  #breaksOff(): boolean {
    if (this.#floor > 0 || this.#before !== NEWLINE) return false;
    return this.#mark !== LIST && this.#mark !== COMMA && this.#mark !== COLON;
  }

  #isEnvelope(chunk: Buffer, at: number): boolean {
    if (!this.#open || this.#tail || this.#held + at - this.#start > HEAD) return false;
    this.#head = Buffer.concat([...this.#parts, chunk.subarray(this.#start, at)]).toString('utf8');
    return isEnvelopeHead(this.#head);
  }

  #closing(chunk: Buffer, at: number, byte: number): void {
    if (this.#scalar) this.#close(chunk, at);
    if (this.#depth === 0) return this.#begin(at, true);
    if (this.#depth === this.#floor) {
      if (byte !== LIST_END) this.#sink.bad(this.#record + 1, 'is not valid JSON: its list is closed by a brace');
      if (this.#floor === 2) this.#beginTail(at + 1);
      this.#floor = 0;
      this.#depth--;
      return;
    }
    this.#depth--;
    if (!this.#open || this.#depth !== this.#floor) return;
    if (this.#tail) this.#closeTail(chunk, at + 1);
    else this.#close(chunk, at + 1);
  }

  /** A tail is read as a record is, lest an item that a stray bracket cut off its list is lost in it. */
  #beginTail(at: number): void {
    this.#begin(at, false);
    this.#record--;
    this.#tail = true;
  }

  #closeTail(chunk: Buffer, end: number): void {
    this.#hold(chunk.subarray(this.#start, end));
    const whole = `${this.#head}[]${Buffer.concat(this.#parts).toString('utf8')}`;
    if (this.#fault !== undefined || !isEnvelope(whole)) {
      this.#sink.bad(this.#record + 1, 'is no item of its list: what follows the list belongs to no envelope');
    }
    this.#release();
  }

  #begin(at: number, scalar: boolean): void {
    this.#record++;
    this.#open = true;
    this.#scalar = scalar;
    this.#start = at;
    this.#deepest = 0;
  }

  #close(chunk: Buffer, end: number): void {
    this.#hold(chunk.subarray(this.#start, end));
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first ? first : Buffer.concat(this.#parts);
    const fault = this.#fault ?? this.#faultOf(bytes);
    if (fault === undefined) this.#sink.text(this.#record, bytes.toString('utf8'), true);
    else this.#sink.bad(this.#record, fault);
    this.#release();
  }

  #faultOf(bytes: Buffer): string | undefined {
    if (this.#scalar) return 'is not a JSON object';
    if (this.#deepest - this.#floor > EVENT_LIMITS.depth) return TOO_DEEP;
    return isUtf8(bytes) ? undefined : NOT_UTF8;
  }

  #hold(bytes: Buffer): void {
    if (this.#fault === TOO_LONG) return;
    this.#parts.push(bytes);
    this.#held += bytes.length;
    if (this.#held <= EVENT_LIMITS.recordBytes) return;
    this.#parts = [];
    this.#fault = TOO_LONG;
  }

  #release(): void {
    this.#open = false;
    this.#tail = false;
    this.#scalar = false;
    this.#parts = [];
    this.#held = 0;
    this.#fault = undefined;
  }
}

export function valueFramer(sink: RecordSink): Framer {
  return new ValueFramer(sink);
}
