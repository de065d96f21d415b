// SPDX-License-Identifier: Apache-2.0
import { applies } from '../events/applies.ts';
import type { Logsource, LogEvent } from '../events/event.ts';
import { compileMatcher, type Matcher } from './match.ts';
import { or } from './expression.ts';
import { witnessesOfRule } from './outline.ts';
import { signatureOf } from './signature.ts';
import type { SigmaRule } from './rule.ts';
import { PartSearch } from './search.ts';
import { EventView } from './view.ts';
import type { Witness } from './witness.ts';

/** Says which rules an event meets, in the order of the rules. */
export interface Engine {
  match(event: LogEvent): readonly SigmaRule[];
}

/** A rule with its matcher, compiled when it is first needed. */
interface Compiled {
  readonly rule: SigmaRule;
  readonly matcher: () => Matcher;
  readonly witnesses: readonly Witness[] | undefined;
}

/**
 * Routes an event by what it is, then looks for the texts without which a rule cannot hold, then asks the rules that are
 * left. The first two only leave out what would not have matched.
 */
export function createEngine(rules: readonly SigmaRule[]): Engine {
  const compiled = rules.map(compile);
  const groups = new Map<string, Group>();
  // Readers give events of one kind the same list.
  const known = new WeakMap<readonly Logsource[], Group>();
  const groupOf = (logsources: readonly Logsource[]): Group => {
    const signature = signatureOf(logsources);
    const group =
      groups.get(signature) ?? new Group(compiled.filter(({ rule }) => applies(rule.logsource, { logsources })));
    groups.set(signature, group);
    known.set(logsources, group);
    return group;
  };
  return {
    match: (event) => (known.get(event.logsources) ?? groupOf(event.logsources)).match(new EventView(event)),
  };
}

/** The same without any index: what the index is held against. */
export function matchAll(rules: readonly SigmaRule[], event: LogEvent): SigmaRule[] {
  const view = new EventView(event);
  return rules.filter((rule) => applies(rule.logsource, event) && compileMatcher(or(rule.expressions))(view));
}

function compile(rule: SigmaRule): Compiled {
  let matcher: Matcher | undefined;
  return {
    rule,
    matcher: () => (matcher ??= compileMatcher(or(rule.expressions))),
    witnesses: witnessesOfRule(rule),
  };
}

/** A witness with the number of the rule that it is of. */
type Owned = readonly [witness: Witness, owner: number];

/** The rules about one kind of event. */
class Group {
  readonly #rules: readonly Compiled[];
  /** Rules that name no witness: asked every time. */
  readonly #always: readonly number[];
  readonly #fields: readonly FieldIndex[];
  readonly #keywords: PartSearch | undefined;
  readonly #seen: Uint32Array;
  #round = 0;

  constructor(rules: readonly Compiled[]) {
    this.#rules = rules;
    this.#always = rules.flatMap(({ witnesses }, index) => (witnesses ? [] : [index]));
    const byField = new Map<string | undefined, Owned[]>();
    for (const [index, { witnesses = [] }] of rules.entries()) {
      for (const witness of witnesses) {
        const entries = byField.get(witness.field) ?? [];
        entries.push([witness, index]);
        byField.set(witness.field, entries);
      }
    }
    const keywords = byField.get(undefined);
    byField.delete(undefined);
    this.#keywords = keywords && new PartSearch(ownersOf(keywords));
    this.#fields = [...byField].map(([field = '', entries]) => new FieldIndex(field, entries));
    this.#seen = new Uint32Array(rules.length);
  }

  match(view: EventView): readonly SigmaRule[] {
    const candidates = this.#candidates(view);
    const found: number[] = [];
    for (const index of candidates) if (this.#rules[index]?.matcher()(view)) found.push(index);
    return found.sort((a, b) => a - b).flatMap((index) => this.#rules[index]?.rule ?? []);
  }

  #candidates(view: EventView): number[] {
    this.#round++;
    const candidates = [...this.#always];
    const take = (index: number): void => {
      if (this.#seen[index] === this.#round) return;
      this.#seen[index] = this.#round;
      candidates.push(index);
    };
    for (const index of this.#fields) for (const value of view.folded(index.field)) index.find(value, take);
    if (this.#keywords) for (const word of view.foldedWords()) this.#keywords.find(word, take);
    return candidates;
  }
}

/** What rules look for in one field. */
class FieldIndex {
  readonly field: string;
  readonly #whole: ReadonlyMap<string, readonly number[]>;
  readonly #parts: readonly Owned[];
  #search: PartSearch | undefined;

  constructor(field: string, entries: readonly Owned[]) {
    this.field = field;
    this.#whole = ownersOf(entries.filter(([{ whole }]) => whole));
    this.#parts = entries.filter(([{ whole }]) => !whole);
  }

  /** Calls back with the number of each rule, maybe more than once, that a folded value may meet. */
  find(value: string, take: (rule: number) => void): void {
    for (const rule of this.#whole.get(value) ?? []) take(rule);
    if (this.#parts.length === 0) return;
    // Not before a value comes: many fields that rules name are in no event of a log.
    this.#search ??= new PartSearch(ownersOf(this.#parts));
    this.#search.find(value, take);
  }
}

function ownersOf(entries: readonly Owned[]): Map<string, number[]> {
  const owners = new Map<string, number[]>();
  for (const [{ text }, owner] of entries) {
    const held = owners.get(text);
    if (held) held.push(owner);
    else owners.set(text, [owner]);
  }
  return owners;
}
