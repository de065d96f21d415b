// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../events/event.ts';
import { lookup } from '../events/lookup.ts';
import { fold } from './text.ts';

/** An event as rules ask it: each field is looked up and folded once, however many rules ask. */
export class EventView {
  readonly event: LogEvent;
  readonly #values = new Map<string, readonly unknown[]>();
  readonly #texts = new Map<string, readonly string[]>();
  readonly #folded = new Map<string, readonly string[]>();
  #words: readonly string[] | undefined;
  #foldedWords: readonly string[] | undefined;

  constructor(event: LogEvent) {
    this.event = event;
  }

  /** All values of a field, those of lists one by one; null for null; none where it is missing. */
  values(field: string): readonly unknown[] {
    let values = this.#values.get(field);
    if (!values) {
      values = valuesOf(this.event.fields, field);
      this.#values.set(field, values);
    }
    return values;
  }

  /** The same as text, without null and what holds other fields. */
  texts(field: string): readonly string[] {
    let texts = this.#texts.get(field);
    if (!texts) {
      texts = this.values(field).flatMap(textOf);
      this.#texts.set(field, texts);
    }
    return texts;
  }

  folded(field: string): readonly string[] {
    let folded = this.#folded.get(field);
    if (!folded) {
      folded = this.texts(field).map(fold);
      this.#folded.set(field, folded);
    }
    return folded;
  }

  /** Every value of the event as text, however deep, and the raw message: what keywords are searched in. */
  words(): readonly string[] {
    if (!this.#words) {
      const words: string[] = [];
      gather(this.event.fields, words);
      if (this.event.raw !== undefined) words.push(this.event.raw);
      this.#words = words;
    }
    return this.#words;
  }

  foldedWords(): readonly string[] {
    this.#foldedWords ??= this.words().map(fold);
    return this.#foldedWords;
  }
}

const NONE: readonly unknown[] = [];

function valuesOf(fields: LogEvent['fields'], name: string): readonly unknown[] {
  const found = lookup(fields, name);
  return found === undefined ? NONE : flat(found);
}

function flat(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]).flat(Infinity) : [value];
}

function textOf(value: unknown): string | readonly string[] {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : [];
}

function gather(value: unknown, words: string[]): void {
  if (Array.isArray(value)) for (const item of value as unknown[]) gather(item, words);
  else if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) gather(inner, words);
  else {
    const text = textOf(value);
    if (typeof text === 'string') words.push(text);
  }
}
