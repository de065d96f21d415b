// SPDX-License-Identifier: Apache-2.0
import type { Expression, Leaf } from '../sigma/expression.ts';

/** A part of a query, and what holds it together at the top: what it must be put in parentheses for. */
export interface Piece {
  readonly text: string;
  readonly binds: 'whole' | 'not' | 'and' | 'or';
}

/** Where a leaf stands. */
export interface Standing {
  /** Whether it is to be written as its opposite; only for dialects without `not`. */
  readonly negated: boolean;
  /** Whether a `not` stands above it, so that "unknown" must be made false. */
  readonly beneathNot: boolean;
}

/** How a language writes questions and puts them together. */
export interface Dialect {
  /** Throws Refusal. */
  readonly leaf: (leaf: Leaf, standing: Standing) => Piece;
  /** Several questions about one field, or several keywords, of which any is to hold, as one. */
  readonly anyOf?: (leaves: readonly Leaf[], standing: Standing) => Piece;
  /** Absent where only leaves can be negated: `not` is pushed down to them. */
  readonly not?: (piece: Piece) => Piece;
  readonly and: string;
  readonly or: string;
  /** Whether `and` binds closer than `or`, as nearly everywhere; else both together need parentheses. */
  readonly precedence: boolean;
  /** What matches all, where a negation must have something to take away from. */
  readonly everything?: string;
}

/** Writes an expression with as few parentheses as its meaning needs. */
export function write(
  expression: Expression,
  dialect: Dialect,
  standing: Standing = { negated: false, beneathNot: false },
): Piece {
  switch (expression.kind) {
    case 'leaf':
      return dialect.leaf(expression, standing);
    case 'not':
      return writeNot(expression.part, dialect, standing);
    case 'and':
    case 'or': {
      const kind = standing.negated ? (expression.kind === 'and' ? 'or' : 'and') : expression.kind;
      const parts = flatParts(expression.kind, expression.parts);
      return join(
        kind,
        kind === 'or' ? writeAny(parts, dialect, standing) : parts.map((part) => write(part, dialect, standing)),
        dialect,
      );
    }
  }
}

function writeNot(part: Expression, dialect: Dialect, standing: Standing): Piece {
  if (!dialect.not) return write(part, dialect, { negated: !standing.negated, beneathNot: true });
  if (part.kind === 'not') return write(part.part, dialect, standing);
  return dialect.not(write(part, dialect, { ...standing, beneathNot: true }));
}

/** `a and (b and c)` is `a and b and c`. */
function flatParts(kind: 'and' | 'or', parts: readonly Expression[]): Expression[] {
  return parts.flatMap((part) => (part.kind === kind ? flatParts(kind, part.parts) : [part]));
}

function writeAny(parts: readonly Expression[], dialect: Dialect, standing: Standing): Piece[] {
  if (!dialect.anyOf) return parts.map((part) => write(part, dialect, standing));
  const groups = new Map<string | undefined, Leaf[]>();
  const places: (() => Piece)[] = [];
  for (const part of parts) {
    if (part.kind !== 'leaf') {
      places.push(() => write(part, dialect, standing));
      continue;
    }
    const group = groups.get(part.field);
    if (group) {
      group.push(part);
      continue;
    }
    const leaves = [part];
    groups.set(part.field, leaves);
    places.push(() => dialect.anyOf?.(leaves, standing) ?? write(part, dialect, standing));
  }
  return places.map((writePlace) => writePlace());
}

function join(kind: 'and' | 'or', pieces: readonly Piece[], dialect: Dialect): Piece {
  const [only] = pieces;
  if (pieces.length === 1 && only) return only;
  const held = pieces.map((piece) => {
    const lone = kind === 'or' && piece.binds === 'not' && dialect.everything !== undefined;
    const text = lone ? `(${dialect.everything} ${dialect.and} ${piece.text})` : piece.text;
    const loose = kind === 'and' ? piece.binds === 'or' : piece.binds === 'and' && !dialect.precedence;
    return loose ? `(${text})` : text;
  });
  const bare = kind === 'and' && dialect.everything !== undefined && pieces.every(({ binds }) => binds === 'not');
  if (bare && dialect.everything !== undefined) held.unshift(dialect.everything);
  return { text: held.join(` ${kind === 'and' ? dialect.and : dialect.or} `), binds: kind };
}

/** `NOT` before a piece, or taken from one that has it: two of them say nothing, and Lucene finds nothing by them. */
export function negation({ text, binds }: Piece): Piece {
  if (binds === 'not') return whole(text.slice(NOT.length));
  return { text: `${NOT}${binds === 'whole' ? text : `(${text})`}`, binds: 'not' };
}

const NOT = 'NOT ';

export function whole(text: string): Piece {
  return { text, binds: 'whole' };
}

/** The parts of an expression that must all hold. */
export function partsOf(expression: Expression): readonly Expression[] {
  return expression.kind === 'and' ? flatParts('and', expression.parts) : [expression];
}
