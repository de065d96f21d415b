// SPDX-License-Identifier: Apache-2.0
import type { Duration } from '../../src/statistics/survival.ts';

/** Random numbers in [0, 1) that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Times to repair as they are found in practice: lognormal; `spread` is the deviation of their logarithm. */
export function lognormal(random: () => number, spread: number): () => number {
  return () => Math.exp(spread * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

/** So many durations, each seen no longer than `seenFor` says. */
export function draw(count: number, length: () => number, seenFor: () => number = () => Infinity): Duration[] {
  return Array.from({ length: count }, () => {
    const [whole, seen] = [length(), seenFor()];
    return { length: Math.min(whole, seen), ended: whole <= seen };
  });
}

/** `3 5 8+`, where + is still open. */
export function durations(text: string): Duration[] {
  return text.split(' ').map((word) => ({ length: Number.parseFloat(word), ended: !word.endsWith('+') }));
}
