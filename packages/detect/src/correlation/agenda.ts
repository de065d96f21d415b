// SPDX-License-Identifier: Apache-2.0

interface Due<T> {
  readonly time: number;
  /** Puts what was put first first, of the same time. */
  readonly order: number;
  readonly item: T;
}

/** Items by when they are due: a binary heap, as looking through all groups at each event took hours. */
export class Agenda<T> {
  readonly #heap: Due<T>[] = [];
  #count = 0;

  put(time: number, item: T): void {
    const heap = this.#heap;
    const due = { time, order: this.#count++, item };
    let at = heap.length;
    heap.push(due);
    for (let above = (at - 1) >> 1; at > 0; at = above, above = (at - 1) >> 1) {
      const parent = heap[above];
      if (!parent || isBefore(parent, due)) break;
      heap[at] = parent;
      heap[above] = due;
    }
  }

  /** Takes the first that is due before a time; undefined where none is. */
  takeBefore(time: number): Due<T> | undefined {
    const [first] = this.#heap;
    if (!first || first.time >= time) return undefined;
    const last = this.#heap.pop();
    if (last && last !== first) this.#sink(last);
    return first;
  }

  #sink(due: Due<T>): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const child = right && left && isBefore(right, left) ? right : left;
      if (!child || isBefore(due, child)) break;
      heap[at] = child;
      at = child === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = due;
  }
}

function isBefore(a: Due<unknown>, b: Due<unknown>): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
