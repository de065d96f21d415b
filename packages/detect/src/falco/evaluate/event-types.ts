// SPDX-License-Identifier: Apache-2.0
import type { Check, Expression } from '../condition/expression.ts';

/** The values of evt.type for which a condition can hold: these, or (`except`) all but these. */
export interface EventTypes {
  readonly except: boolean;
  readonly names: ReadonlySet<string>;
}

const ALL: EventTypes = { except: true, names: new Set() };
const NONE: EventTypes = { except: false, names: new Set() };

/**
 * What a condition restricts evt.type to, as libsinsp works it out: checks of other fields restrict nothing, and
 * negation is carried to the checks by De Morgan's laws. `known` remembers macros from one condition to the next.
 */
export function eventTypesOf(
  expression: Expression,
  macro: (name: string) => Expression | undefined,
  known = new Map<string, EventTypes>(),
): EventTypes {
  const walk = (node: Expression, negated: boolean): EventTypes => {
    switch (node.kind) {
      case 'and':
      case 'or': {
        const both = (node.kind === 'and') !== negated;
        return node.operands.map((operand) => walk(operand, negated)).reduce(both ? intersect : unite);
      }
      case 'not':
        return walk(node.operand, !negated);
      case 'check':
        return typesOfCheck(node, negated);
      case 'macro': {
        const key = `${negated ? '!' : ''}${node.name}`;
        const before = known.get(key);
        if (before) return before;
        // A macro that is not there, or does not compile, restricts nothing.
        const body = macro(node.name);
        const types = body ? walk(body, negated) : ALL;
        known.set(key, types);
        return types;
      }
    }
  };
  return walk(expression, false);
}

/** Whether some type is in `left` and not in `right`. */
export function hasMore(left: EventTypes, right: EventTypes): boolean {
  if (left.except && !right.except) return true;
  if (left.except) return [...right.names].some((name) => !left.names.has(name));
  return [...left.names].some((name) => right.names.has(name) === right.except);
}

function typesOfCheck({ left, operator, right }: Check, negated: boolean): EventTypes {
  if (left.name !== 'evt.type' || left.argument !== undefined || left.transformers.length > 0) return ALL;
  if (operator === 'exists') return negated ? NONE : ALL;
  if (right === undefined || right.kind === 'field' || !['=', '!=', 'in'].includes(operator)) return ALL;
  const values = right.kind === 'list' ? right.values : [right.value];
  return { except: (operator === '!=') !== negated, names: new Set(values.map(({ text }) => text)) };
}

function intersect(left: EventTypes, right: EventTypes): EventTypes {
  if (left.except && right.except) return { except: true, names: left.names.union(right.names) };
  if (left.except) return { except: false, names: right.names.difference(left.names) };
  if (right.except) return { except: false, names: left.names.difference(right.names) };
  return { except: false, names: left.names.intersection(right.names) };
}

function unite(left: EventTypes, right: EventTypes): EventTypes {
  return invert(intersect(invert(left), invert(right)));
}

function invert({ except, names }: EventTypes): EventTypes {
  return { except: !except, names };
}
