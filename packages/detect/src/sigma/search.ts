// SPDX-License-Identifier: Apache-2.0

interface Part {
  readonly text: string;
  /** Where its key trigram begins in it. */
  readonly offset: number;
  readonly owners: readonly number[];
}

const GRAM = 3;

/**
 * Texts by one of their trigrams each, the one that fewest of the others have: a value is walked once, and what a small
 * table of marks lets through is looked up.
 */
export class PartSearch {
  readonly #marks = new Uint8Array(1 << 16);
  readonly #byGram = new Map<string, Part[]>();

  constructor(ownersOf: ReadonlyMap<string, readonly number[]>) {
    const frequency = new Map<string, number>();
    for (const text of ownersOf.keys())
      for (const gram of new Set(gramsOf(text))) frequency.set(gram, (frequency.get(gram) ?? 0) + 1);
    for (const [text, owners] of ownersOf) {
      const grams = gramsOf(text);
      let offset = 0;
      for (const [at, gram] of grams.entries())
        if ((frequency.get(gram) ?? 0) < (frequency.get(grams[offset] ?? '') ?? 0)) offset = at;
      const gram = grams[offset] ?? '';
      this.#marks[hashAt(gram, 0)] = 1;
      const parts = this.#byGram.get(gram) ?? [];
      parts.push({ text, offset, owners });
      this.#byGram.set(gram, parts);
    }
  }

  find(value: string, found: (owner: number) => void): void {
    const last = value.length - GRAM;
    for (let at = 0; at <= last; at++) {
      if (this.#marks[hashAt(value, at)] === 0) continue;
      const parts = this.#byGram.get(value.slice(at, at + GRAM));
      if (!parts) continue;
      for (const { text, offset, owners } of parts) {
        if (at >= offset && value.startsWith(text, at - offset)) for (const owner of owners) found(owner);
      }
    }
  }
}

function gramsOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - GRAM + 1) }, (_, at) => text.slice(at, at + GRAM));
}

function hashAt(text: string, at: number): number {
  return ((text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31) ^ text.charCodeAt(at + 2)) & 0xffff;
}
