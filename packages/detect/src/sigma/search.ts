// SPDX-License-Identifier: Apache-2.0

interface Part {
  readonly text: string;
  /** Where its key trigram begins in it. */
  readonly offset: number;
  readonly owners: readonly number[];
}

const GRAM = 3;
const HASHES = 1 << 16;

/**
 * Texts of at least three characters by the hash of one of their trigrams each, the one that fewest of the others share: a
 * value is walked once, and what a small table of marks lets through is looked up.
 */
export class PartSearch {
  readonly #marks = new Uint8Array(HASHES);
  readonly #byGram = new Map<number, Part[]>();

  constructor(ownersOf: ReadonlyMap<string, readonly number[]>) {
    const frequency = new Uint32Array(HASHES);
    for (const text of ownersOf.keys())
      for (let at = 0; at <= text.length - GRAM; at++) {
        const gram = hashAt(text, at);
        frequency[gram] = (frequency[gram] ?? 0) + 1;
      }
    for (const [text, owners] of ownersOf) {
      let offset = 0;
      let gram = hashAt(text, 0);
      for (let at = 1; at <= text.length - GRAM; at++) {
        const next = hashAt(text, at);
        if ((frequency[next] ?? 0) < (frequency[gram] ?? 0)) [offset, gram] = [at, next];
      }
      this.#marks[gram] = 1;
      const parts = this.#byGram.get(gram);
      if (parts) parts.push({ text, offset, owners });
      else this.#byGram.set(gram, [{ text, offset, owners }]);
    }
  }

  find(value: string, found: (owner: number) => void): void {
    const last = value.length - GRAM;
    for (let at = 0; at <= last; at++) {
      const gram = hashAt(value, at);
      if (this.#marks[gram] === 0) continue;
      for (const { text, offset, owners } of this.#byGram.get(gram) ?? []) {
        if (at >= offset && value.startsWith(text, at - offset)) for (const owner of owners) found(owner);
      }
    }
  }
}

/** Of the three characters from a place on. */
function hashAt(text: string, at: number): number {
  return ((text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31) ^ text.charCodeAt(at + 2)) & (HASHES - 1);
}
