// SPDX-License-Identifier: Apache-2.0
import type { Expression, Leaf } from '../../sigma/expression.ts';
import { type Atom, atomsOf, type Formula, formulaOf, negated, without } from './formula.ts';
import { type Relations, relationsOf } from './relations.ts';
import { canHold, type Clause } from './solve.ts';

/** What can be said of an expression whatever the event; what is not certain is not said. */
export interface Verdict {
  /** No event meets it: none at all, or none whose fields hold one value at most. */
  readonly never?: Extent;
  /** Every event meets it. */
  readonly always?: true;
  /** Parts without which it would mean the same. */
  readonly idle: readonly IdlePart[];
}

type Extent = 'any event' | 'single values';

export interface IdlePart {
  readonly part: Formula;
  readonly extent: Extent;
  /**
   * `dead`: an alternative that cannot be met where it counts; `covered`: one that is only met where others are;
   * `certain`: what is met wherever the rest is; `filter`: what takes out nothing that the rest lets through.
   */
  readonly kind: 'dead' | 'covered' | 'certain' | 'filter';
  /** Something outside of it that it has to do with. */
  readonly beside: Leaf;
}

const NOTHING: Verdict = { idle: [] };
/** Each part of a condition is held against all of the rest. */
const MOST_QUESTIONS = 600;

export function judgeExpression(expression: Expression): Verdict {
  return judgeFormula(formulaOf(expression));
}

export function judgeFormula({ formula, atoms }: ReturnType<typeof formulaOf>): Verdict {
  const relations = relationsOf(atoms);
  if (!relations) return NOTHING;
  const question = new Question(atoms, relations, formula);
  if (!question.isTangled) return NOTHING;
  const never = question.cannot([formula]);
  if (never) return { never, idle: [] };
  if (canHold([negated(formula)], relations.ofLists, atoms.length) === false) return { always: true, idle: [] };
  return { idle: atomsOf(formula).length > MOST_QUESTIONS ? [] : [...question.idleParts()] };
}

class Question {
  readonly #atoms: readonly Atom[];
  readonly #relations: Relations;
  /** Atoms that one has to do with: in any event, or where fields hold one value. */
  readonly #related: { readonly ofLists: Related; readonly ofSingles: Related };
  readonly #formula: Formula;
  /** Parts that were found idle: of two that say the same one stays. */
  readonly #out = new Set<Formula>();
  #counts: ReadonlyMap<number, number>;

  constructor(atoms: readonly Atom[], relations: Relations, formula: Formula) {
    this.#atoms = atoms;
    this.#relations = relations;
    this.#formula = formula;
    this.#counts = countsOf(formula);
    this.#related = { ofLists: relatedBy(relations.ofLists), ofSingles: relatedBy(relations.ofSingles) };
  }

  /** Where each question is asked once, and has nothing to do with the others, all answers are possible. */
  get isTangled(): boolean {
    const repeats = [...this.#counts.values()].some((count) => count > 1);
    return repeats || this.#related.ofSingles.size > 0 || !hasParts(this.#formula);
  }

  /** Whether formulas cannot hold at once. */
  cannot(formulas: readonly Formula[]): Extent | undefined {
    const { ofLists, ofSingles } = this.#relations;
    if (canHold(formulas, ofSingles, this.#atoms.length) !== false) return undefined;
    return canHold(formulas, ofLists, this.#atoms.length) === false ? 'any event' : 'single values';
  }

  /** The largest ones. */
  idleParts(): Generator<IdlePart> {
    return this.#idleIn(this.#formula, [], []);
  }

  /**
   * A part counts in an event where all that is asked beside it, at any height, holds, and no alternative does: there,
   * and only there, the whole holds if the part does. Where it cannot be otherwise than it is, it is idle.
   */
  *#idleIn(whole: Formula, beside: readonly Formula[], instead: readonly Formula[]): Generator<IdlePart> {
    if (whole.is === 'literal') return;
    // From the end: what stands first is what the others are held against.
    for (const part of whole.parts.toReversed()) {
      const others = without(whole, new Set([...this.#out, part])).parts;
      const also = whole.is === 'all' ? [...beside, ...others] : beside;
      const or = whole.is === 'all' ? instead : [...instead, ...others];
      const related = this.#besides(part);
      const one = whole.is === 'all' ? negated(part) : part;
      const extent = related && this.cannot([...or.map(negated), ...also, one]);
      if (extent) {
        yield { part, extent, kind: this.#kindOf(whole, part, also), beside: related };
        this.#out.add(part);
        this.#counts = countsOf(without(this.#formula, this.#out));
      } else yield* this.#idleIn(part, also, or);
    }
  }

  #kindOf(whole: Formula, part: Formula, beside: readonly Formula[]): IdlePart['kind'] {
    const isNegated = (whole.is === 'all') !== (whole.of.kind === 'and');
    if (whole.is === 'all') return isNegated || isNegative(part) ? 'filter' : 'certain';
    // Of what is negated, alternatives are what was asked together.
    if (isNegated) return 'certain';
    return this.cannot([...beside, part]) ? 'dead' : 'covered';
  }

  /** A question outside of a part that one of its own has to do with. */
  #besides(part: Formula): Leaf | undefined {
    const own = countsOf(part);
    // A value of a list that excludes some other value does so nearly always, and is idle for that nearly never.
    const isValue = part.is === 'literal' && this.#atoms[part.atom]?.list !== undefined;
    const related = isValue ? this.#related.ofLists : this.#related.ofSingles;
    const isOutside = (atom: number): boolean => (this.#counts.get(atom) ?? 0) > (own.get(atom) ?? 0);
    for (const atom of own.keys()) {
      const found = isOutside(atom) ? atom : [...(related.get(atom) ?? [])].find(isOutside);
      if (found !== undefined) return leafOf(found, without(this.#formula, new Set([...this.#out, part])));
    }
    return undefined;
  }
}

/** Where a question is asked first. */
function leafOf(atom: number, formula: Formula): Leaf | undefined {
  if (formula.is === 'literal') return formula.atom === atom ? formula.of : undefined;
  for (const part of formula.parts) {
    const leaf = leafOf(atom, part);
    if (leaf) return leaf;
  }
  return undefined;
}

/** How often each question is asked. */
function countsOf(formula: Formula): Map<number, number> {
  const counts = new Map<number, number>();
  for (const atom of atomsOf(formula)) counts.set(atom, (counts.get(atom) ?? 0) + 1);
  return counts;
}

type Related = ReadonlyMap<number, ReadonlySet<number>>;

function relatedBy(clauses: readonly Clause[]): Related {
  const related = new Map<number, Set<number>>();
  for (const clause of clauses) {
    const atoms = clause.map((literal) => Math.abs(literal) - 1);
    for (const atom of atoms) {
      const others = related.get(atom) ?? new Set();
      related.set(atom, others);
      for (const other of atoms) if (other !== atom) others.add(other);
    }
  }
  return related;
}

/** Whether each whole has parts: `all` of nothing holds, `any` of nothing does not. */
function hasParts(formula: Formula): boolean {
  return formula.is === 'literal' || (formula.parts.length > 0 && formula.parts.every(hasParts));
}

function isNegative(formula: Formula): boolean {
  return formula.is === 'literal' ? !formula.holds : formula.parts.every(isNegative);
}
