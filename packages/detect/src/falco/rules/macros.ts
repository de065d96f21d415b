// SPDX-License-Identifier: Apache-2.0
import type { Expression } from '../condition/expression.ts';
import { ConditionError } from '../condition/scanner.ts';
import { type Condition, linkCondition } from '../evaluate/condition.ts';
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

interface Parsed {
  readonly entry: MacroEntry;
  /** Undefined where the macro does not parse, or uses what is not there. */
  expression: Expression | undefined;
}

/** The macros of a ruleset: parsed and checked once, linked once for each event source that uses them. */
export class MacroTable {
  readonly #parsed = new Map<string, Parsed>();
  readonly #linked = new Map<string, Condition>();
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
    for (const [name, parsed] of this.#parsed) {
      const path = this.#loopFrom(name);
      if (!path) continue;
      compiler.guard(
        { kind: 'macro', name },
        parsed.entry.condition,
        () => {
          parsed.expression = undefined;
          throw new ConditionError(
            `reference loop in macro '${name}': ${path.join(' uses ')}`,
            0,
            'macros that do not use each other',
          );
        },
        'LOAD_ERR_VALIDATE',
      );
    }
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

  /** The way from a macro back to itself, if there is one. */
  #loopFrom(start: string): readonly string[] | undefined {
    const before = new Map<string, string>();
    const open = [start];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const expression = this.#parsed.get(name)?.expression;
      for (const { name: used } of expression ? usesIn(expression) : []) {
        if (used === start) {
          const path = [start, name];
          for (let at = name; at !== start; path.push(at)) at = before.get(at) ?? start;
          return path.toReversed();
        }
        if (before.has(used)) continue;
        before.set(used, name);
        open.push(used);
      }
    }
    return undefined;
  }
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
