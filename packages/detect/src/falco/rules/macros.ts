// SPDX-License-Identifier: Apache-2.0
import type { Expression } from '../condition/expression.ts';
import { ConditionError } from '../condition/scanner.ts';
import { type Condition, linkCondition } from '../evaluate/condition.ts';
import { type EventTypes, eventTypesOf } from '../evaluate/event-types.ts';
import type { MacroEntry } from './entry.ts';
import type { Compiler } from './compile.ts';

/** A macro that was reported already: who uses it is left out without more words about it. */
export class BrokenMacro extends Error {
  override readonly name = 'BrokenMacro';
  readonly macro: string;

  constructor(macro: string) {
    super(`the macro '${macro}' does not compile`);
    this.macro = macro;
  }
}

/** Macros within macros. */
const HIGHEST = 500;

interface Parsed {
  readonly entry: MacroEntry;
  /** Undefined where the macro does not parse, or uses what is not there. */
  expression: Expression | undefined;
}

/** The macros of a ruleset: parsed and checked once, linked once for each event source that uses them. */
export class MacroTable {
  readonly #parsed = new Map<string, Parsed>();
  readonly #linked = new Map<string, Condition>();
  readonly #types = new Map<string, EventTypes>();
  readonly #compiler: Compiler;

  constructor(macros: ReadonlyMap<string, MacroEntry>, compiler: Compiler) {
    this.#compiler = compiler;
    for (const [name, entry] of macros) {
      const parsed: Parsed = { entry, expression: undefined };
      this.#parsed.set(name, parsed);
      compiler.guard({ kind: 'macro', name }, entry.condition, () => {
        parsed.expression = compiler.parse(entry.condition, { kind: 'macro', name });
      });
    }
    for (const [name, parsed] of this.#parsed) {
      const { entry, expression } = parsed;
      if (!expression) continue;
      compiler.guard({ kind: 'macro', name }, entry.condition, () => {
        parsed.expression = undefined;
        this.checkUses(expression, entry.visibility);
        parsed.expression = expression;
      });
    }
    this.#settle();
  }

  /** What evt.type a condition is restricted to; known of each macro once. */
  eventTypesOf(expression: Expression): EventTypes {
    return eventTypesOf(expression, (name) => this.expressionOf(name), this.#types);
  }

  expressionOf(name: string): Expression | undefined {
    return this.#parsed.get(name)?.expression;
  }

  /** Marks what is used, and refuses what is not defined. A macro sees what was defined before it was last changed. */
  checkUses(expression: Expression, visibility: number): void {
    for (const { name, offset } of usesIn(expression)) {
      const used = this.#parsed.get(name);
      if (!used || used.entry.index >= visibility) throw new UndefinedMacro(name, offset, used !== undefined);
      used.entry.used = true;
    }
  }

  /** Throws ConditionError for what is wrong in the macro itself, which is then reported at the macro. */
  link(name: string, source: string, onError: (macro: MacroEntry, error: ConditionError) => void): Condition {
    const key = `${source} ${name}`;
    const before = this.#linked.get(key);
    if (before) return before;
    const parsed = this.#parsed.get(name);
    if (!parsed?.expression) throw new BrokenMacro(name);
    const { entry, expression } = parsed;
    try {
      const condition = linkCondition(expression, {
        source,
        text: entry.condition.text,
        macro: (inner) => this.link(inner, source, onError),
        warn: (message, offset) => this.#compiler.warn({ kind: 'macro', name }, entry.condition, message, offset),
      });
      this.#linked.set(key, condition);
      return condition;
    } catch (thrown) {
      if (!(thrown instanceof ConditionError)) throw thrown;
      onError(entry, thrown);
      throw new BrokenMacro(name);
    }
  }

  /**
   * Breaks macros that use themselves, and those that others are stacked upon too high for what walks them. One visit
   * to each, and no recursion: a file can hold a hundred thousand of them.
   */
  #settle(): void {
    const heights = new Map<string, number>();
    for (const start of this.#parsed.keys()) {
      if (heights.has(start)) continue;
      const path = [this.#step(start)];
      const open = new Set([start]);
      for (let step = path.at(-1); step; step = path.at(-1)) {
        const used = step.uses[step.next++];
        if (used === undefined) {
          path.pop();
          open.delete(step.name);
          heights.set(step.name, step.height);
          if (step.height > HIGHEST) this.#breakHigh(step);
          const user = path.at(-1);
          if (user) user.height = Math.max(user.height, step.height + 1);
        } else if (open.has(used)) {
          const names = path.map(({ name }) => name);
          this.#breakLoop(used, [...names.slice(names.indexOf(used)), used]);
        } else if (heights.has(used)) {
          step.height = Math.max(step.height, (heights.get(used) ?? 0) + 1);
        } else {
          path.push(this.#step(used));
          open.add(used);
        }
      }
    }
  }

  #step(name: string): Step {
    const expression = this.expressionOf(name);
    const uses = expression ? [...new Set(usesIn(expression).map((use) => use.name))] : [];
    return { name, uses, next: 0, height: 1 };
  }

  #breakLoop(name: string, names: readonly string[]): void {
    const parsed = this.#parsed.get(name);
    if (!parsed?.expression) return;
    parsed.expression = undefined;
    const shown = names.length > 10 ? [...names.slice(0, 9), '…', name] : names;
    const message = `reference loop in macro '${name}': ${shown.join(' uses ')}`;
    const refuse = () => {
      throw new ConditionError(message, 0, 'macros that do not use each other');
    };
    this.#compiler.guard({ kind: 'macro', name }, parsed.entry.condition, refuse, 'LOAD_ERR_VALIDATE');
  }

  /** Only the lowest one is reported: those above it fall with it. */
  #breakHigh({ name, height }: Step): void {
    const parsed = this.#parsed.get(name);
    if (!parsed) return;
    parsed.expression = undefined;
    if (height > HIGHEST + 1) return;
    this.#compiler.guard({ kind: 'macro', name }, parsed.entry.condition, () => {
      throw new ConditionError(`macros are stacked higher than ${HIGHEST}`, 0, 'fewer macros within macros');
    });
  }
}

interface Step {
  readonly name: string;
  readonly uses: readonly string[];
  next: number;
  /** 1 for a macro that uses none. */
  height: number;
}

export class UndefinedMacro extends ConditionError {
  constructor(macro: string, offset: number, later: boolean) {
    const where = later ? ': it is defined further down' : '';
    super(
      `undefined macro '${macro}' used in the condition${where}`,
      offset,
      'the name of a macro that is defined before',
    );
  }
}

type MacroUse = Extract<Expression, { kind: 'macro' }>;

function usesIn(expression: Expression): readonly MacroUse[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.operands.flatMap(usesIn);
    case 'not':
      return usesIn(expression.operand);
    case 'macro':
      return [expression];
    case 'check':
      return [];
  }
}
