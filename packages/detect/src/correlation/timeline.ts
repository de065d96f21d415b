// SPDX-License-Identifier: Apache-2.0
import type { Entry } from './window.ts';

/** So many that are gone may always lie before those that are there: moving an array up costs its length. */
const SLACK = 16;

/** The entries of a group in the order of time; of the same instant in the order of arrival. */
export class Timeline {
  #entries: Entry[] = [];
  #gone = 0;

  get length(): number {
    return this.#entries.length - this.#gone;
  }

  get first(): Entry | undefined {
    return this.#entries[this.#gone];
  }

  get last(): Entry | undefined {
    return this.length > 0 ? this.#entries.at(-1) : undefined;
  }

  all(): readonly Entry[] {
    return this.#entries.slice(this.#gone);
  }

  insert(entry: Entry): void {
    let at = this.#entries.length;
    while (at > this.#gone && (this.#entries[at - 1]?.time ?? 0) > entry.time) at--;
    if (at === this.#entries.length) this.#entries.push(entry);
    else this.#entries.splice(at, 0, entry);
  }

  /** Takes the first ones out, as long as they are to go. */
  takeWhile(goes: (time: number) => boolean): readonly Entry[] {
    const from = this.#gone;
    for (let first = this.first; first && goes(first.time); first = this.first) this.#gone++;
    const taken = this.#entries.slice(from, this.#gone);
    if (this.#gone > SLACK && this.#gone > this.length) {
      this.#entries = this.#entries.slice(this.#gone);
      this.#gone = 0;
    }
    return taken;
  }
}
