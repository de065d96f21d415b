// SPDX-License-Identifier: Apache-2.0
import type { Formula } from './formula.ts';

/** Literals of which one must hold: n for the variable n, -n for its contrary; variables begin at 1. */
export type Clause = readonly number[];

/** After so many wrong turns no answer is given. Nothing that can be said of 3,141 public rules takes more than two. */
const MOST_CONFLICTS = 100;

/**
 * Whether all formulas can hold at once, with the clauses that hold in any case. Undefined where that would take too long
 * to find out. A search for an assignment with unit propagation (Davis, Logemann, Loveland 1962).
 */
export function canHold(formulas: readonly Formula[], given: readonly Clause[], atoms: number): boolean | undefined {
  const clauses: Clause[] = [];
  const count = encode(formulas, clauses, atoms);
  // Wholes before their parts: what is not asked of a whole need not be decided.
  return new Search(count, [...clauses.toReversed(), ...given]).run();
}

/** A variable for each part, from which the part follows: the other way need not hold, as parts are never negated. */
function encode(formulas: readonly Formula[], clauses: Clause[], atoms: number): number {
  let count = atoms;
  const literalOf = (formula: Formula): number => {
    if (formula.is === 'literal') return formula.holds ? formula.atom + 1 : -(formula.atom + 1);
    count++;
    const own = count;
    const parts = formula.parts.map(literalOf);
    if (formula.is === 'any') clauses.push([-own, ...parts]);
    else for (const part of parts) clauses.push([-own, part]);
    return own;
  };
  for (const formula of formulas) clauses.push([literalOf(formula)]);
  return count;
}

class Search {
  readonly #clauses: readonly Clause[];
  /** By variable: 1 holds, -1 does not, 0 is open. */
  readonly #values: Int8Array;
  /** By literal, the clauses with its contrary among the two that are watched. */
  readonly #watched = new Map<number, number[]>();
  /** By clause, the places of the two literals that are watched: neither fails while the other does not hold. */
  readonly #pairs: [number, number][];
  readonly #trail: number[] = [];
  /** Where decisions begin in the trail, how many clauses were fulfilled then, and whether the contrary was tried. */
  readonly #decisions: { readonly at: number; readonly fulfilled: number; readonly second: boolean }[] = [];
  /** As many of the first clauses are fulfilled. */
  #fulfilled = 0;

  constructor(count: number, clauses: readonly Clause[]) {
    this.#clauses = clauses;
    this.#values = new Int8Array(count + 1);
    this.#pairs = clauses.map(() => [0, 1]);
    for (const [index, clause] of clauses.entries())
      for (const literal of clause.slice(0, 2)) this.#watch(literal, index);
  }

  run(): boolean | undefined {
    for (const clause of this.#clauses) {
      const [only, ...more] = clause;
      if (only === undefined) return false;
      if (more.length === 0 && !this.#set(only)) return false;
    }
    let done = 0;
    for (let conflicts = 0; conflicts <= MOST_CONFLICTS;) {
      if (this.#propagate(done)) {
        const next = this.#open();
        if (next === undefined) return true;
        done = this.#decide(next, false);
        continue;
      }
      conflicts++;
      const other = this.#back();
      if (other === undefined) return false;
      done = this.#decide(other, true);
    }
    return undefined;
  }

  #decide(literal: number, second: boolean): number {
    const at = this.#trail.length;
    this.#decisions.push({ at, fulfilled: this.#fulfilled, second });
    this.#set(literal);
    return at;
  }

  #watch(literal: number, clause: number): void {
    const list = this.#watched.get(-literal);
    if (list) list.push(clause);
    else this.#watched.set(-literal, [clause]);
  }

  #valueOf(literal: number): number {
    const value = this.#values[Math.abs(literal)] ?? 0;
    return literal > 0 ? value : -value;
  }

  /** False where the contrary holds. */
  #set(literal: number): boolean {
    const value = this.#valueOf(literal);
    if (value !== 0) return value > 0;
    this.#values[Math.abs(literal)] = Math.sign(literal);
    this.#trail.push(literal);
    return true;
  }

  /** What follows from the trail, from a place on; false where something and its contrary do. */
  #propagate(from: number): boolean {
    for (let at = from; at < this.#trail.length; at++) {
      const literal = this.#trail[at] ?? 0;
      const watching = this.#watched.get(literal) ?? [];
      this.#watched.set(literal, []);
      for (const [index, clause] of watching.entries()) {
        if (this.#visit(clause, -literal)) continue;
        this.#watched.set(literal, [...(this.#watched.get(literal) ?? []), ...watching.slice(index + 1)]);
        return false;
      }
    }
    return true;
  }

  /** One of the watched literals of a clause failed: another is watched, or what is left must hold. */
  #visit(index: number, failed: number): boolean {
    const clause = this.#clauses[index] ?? [];
    const pair = this.#pairs[index] ?? [0, 1];
    const own = clause[pair[0]] === failed ? 0 : 1;
    const other = clause[pair[1 - own] ?? 0] ?? 0;
    const keep = (): void => this.#watch(failed, index);
    if (other !== 0 && this.#valueOf(other) > 0) {
      keep();
      return true;
    }
    for (const [place, literal] of clause.entries()) {
      if (place === pair[0] || place === pair[1] || this.#valueOf(literal) < 0) continue;
      pair[own] = place;
      this.#watch(literal, index);
      return true;
    }
    keep();
    return other !== 0 && this.#set(other);
  }

  /** A literal of the first clause that nothing fulfils yet. */
  #open(): number | undefined {
    for (; this.#fulfilled < this.#clauses.length; this.#fulfilled++) {
      const clause = this.#clauses[this.#fulfilled] ?? [];
      if (!clause.some((literal) => this.#valueOf(literal) > 0))
        return clause.find((literal) => this.#valueOf(literal) === 0);
    }
    return undefined;
  }

  /** Takes back what the last decision that can still be turned led to; its contrary. */
  #back(): number | undefined {
    for (let decision = this.#decisions.pop(); decision; decision = this.#decisions.pop()) {
      const literal = this.#trail[decision.at];
      this.#fulfilled = decision.fulfilled;
      for (const undone of this.#trail.splice(decision.at)) this.#values[Math.abs(undone)] = 0;
      if (!decision.second && literal !== undefined) return -literal;
    }
    return undefined;
  }
}
