// SPDX-License-Identifier: Apache-2.0
import type { Expression, Right, Value } from '../condition/expression.ts';
import { parseValues } from '../condition/parse.ts';
import { ConditionError } from '../condition/scanner.ts';
import type { ListEntry } from './entry.ts';
import { quoted } from './exception.ts';
import type { Place } from './issue.ts';

/** Lists within lists that are named twice grow as powers of two. */
const MOST_VALUES = 200_000;

/** A list item is not what may stand in a condition. */
export class ListError extends Error {
  override readonly name = 'ListError';
  readonly place: Place;

  constructor(place: Place, message: string) {
    super(message);
    this.place = place;
  }
}

interface Definition {
  readonly order: number;
  readonly entry: ListEntry;
  values: readonly Value[] | undefined;
}

/**
 * Puts the items of lists in the place of their names, as Falco does in the text of a condition, list by list in the
 * order of their definition: a name that comes out of a later list stays the word that it is. Then `left` is told.
 */
export class ListTable {
  readonly #definitions = new Map<string, Definition>();
  readonly #left: (name: string, offset: number) => void;
  #budget = 0;

  constructor(lists: ReadonlyMap<string, ListEntry>, left: (name: string, offset: number) => void) {
    let order = 0;
    for (const [name, entry] of lists) this.#definitions.set(name, { order: order++, entry, values: undefined });
    this.#left = left;
  }

  /** Throws ConditionError, or ListError where an item of a list is at fault. */
  expand(expression: Expression): Expression {
    this.#budget = MOST_VALUES;
    return this.#expand(expression);
  }

  #expand(expression: Expression): Expression {
    switch (expression.kind) {
      case 'and':
      case 'or':
        return { ...expression, operands: expression.operands.map((operand) => this.#expand(operand)) };
      case 'not':
        return { ...expression, operand: this.#expand(expression.operand) };
      case 'macro':
        return expression;
      case 'check':
        return expression.right ? { ...expression, right: this.#right(expression.right) } : expression;
    }
  }

  #right(right: Right): Right {
    if (right.kind === 'field') return right;
    if (right.kind === 'value') {
      const values = this.#values(right.value, 0, right.value.offset);
      const [value] = values;
      if (values.length === 1 && value) return { kind: 'value', value };
      throw new ConditionError(
        `the list '${right.value.text}' has ${values.length} values`,
        right.value.offset,
        'one value, or in (…)',
      );
    }
    const values = right.values.flatMap((value) => this.#values(value, 0, value.offset));
    if (right.named && values.length !== 1) {
      const [name] = right.values;
      throw new ConditionError(`the list '${name?.text}' is not in parentheses`, name?.offset ?? 0, `(${name?.text})`);
    }
    return { ...right, values };
  }

  #values(value: Value, from: number, offset: number): readonly Value[] {
    const definition = value.quoted ? undefined : this.#definitions.get(value.text);
    if (!definition) return [{ ...value, offset }];
    if (definition.order < from) {
      this.#left(value.text, offset);
      return [{ ...value, offset }];
    }
    definition.entry.used = true;
    const items = (definition.values ??= this.#itemsOf(definition.entry));
    this.#budget -= items.length;
    if (this.#budget < 0) {
      throw new ConditionError(
        `lists come to more than ${MOST_VALUES.toLocaleString('en-US')} values`,
        offset,
        'smaller lists',
      );
    }
    return items.flatMap((item) => this.#values(item, definition.order + 1, offset));
  }

  /** One list within another is resolved where it is defined before it; `used` is set for it as well. */
  #itemsOf(entry: ListEntry): readonly Value[] {
    return entry.items.flatMap((item) => {
      const inner = this.#definitions.get(item.text)?.entry;
      return (inner && inner.index < entry.visibility ? inner.items : [item]).flatMap(({ text, place }) => {
        try {
          return parseValues(quoted(text));
        } catch (thrown) {
          if (!(thrown instanceof ConditionError)) throw thrown;
          throw new ListError(place, `the item '${text}' is no value of a condition: ${thrown.message}`);
        }
      });
    });
  }

  /** Lists that other lists name count as used. */
  markInner(): void {
    for (const { entry } of this.#definitions.values()) {
      for (const { text } of entry.items) {
        const inner = this.#definitions.get(text)?.entry;
        if (inner && inner.index < entry.visibility) inner.used = true;
      }
    }
  }
}
