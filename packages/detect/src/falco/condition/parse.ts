// SPDX-License-Identifier: Apache-2.0
import type { Check, Expression, FieldReference, Operator, Right, Transformer, Value } from './expression.ts';
import { ConditionError, Scanner } from './scanner.ts';

/** Parentheses and transformers within each other. Falco's limit of 1,000 calls is about 200 of them. */
const DEEPEST = 200;
/** How strongly a word binds: https://falco.org/docs/concepts/rules/conditions. `not` binds strongest. */
const POWER = { or: 1, and: 2 } as const;

const CONNECTIVE = /(?:and|or)(?![\w.])/y;
const NOT = /not(?=[\s(])/y;
const FIELD = /[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/y;
const FUNCTION = /[a-zA-Z][a-zA-Z0-9_]*\(/y;
const IDENTIFIER = /[a-zA-Z][a-zA-Z0-9_]*/y;
const ARGUMENT = /[^\][\s"']+/y;
const BARE = /[^()"'\s=,]+/y;
const NUMBER = /0[xX][0-9a-zA-Z]+|[+-]?\d+(?:\.\d*)?(?:[eE][+-]\d+)?/y;
const ORDER = /<=|<|>=|>/y;
const EQUALITY = /==|=|!=/y;
const WORDS =
  /(?:exists|contains|icontains|bcontains|startswith|bstartswith|endswith|glob|iglob|regex|intersects|in|pmatch)(?![\w.])/y;

const TRANSFORMERS: ReadonlySet<string> = new Set<Transformer>(['tolower', 'toupper', 'b64', 'basename', 'len']);
const LIST_OPERATORS: ReadonlySet<string> = new Set<Operator>(['in', 'intersects', 'pmatch']);
const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not']);

const OPERATORS =
  '= != < <= > >= exists contains icontains bcontains startswith bstartswith endswith glob iglob regex in intersects pmatch';
const FUNCTIONS = 'tolower(), toupper(), b64(), basename(), len()';

/** Reads a condition that begins at `from`. Throws ConditionError with the offset and what was expected there. */
export function parseCondition(text: string, from = 0): Expression {
  return new Parser(text, from).condition();
}

/** Reads what stands between the parentheses of a list: a list item may hold several values, or quotes of its own. */
export function parseValues(text: string): readonly Value[] {
  return new Parser(text, 0).values();
}

class Parser {
  readonly #scanner: Scanner;
  #depth = 0;

  constructor(text: string, from: number) {
    this.#scanner = new Scanner(text, from);
  }

  condition(): Expression {
    const scanner = this.#scanner;
    const expression = this.#expression(POWER.or);
    scanner.skipBlanks();
    if (!scanner.atEnd) this.#refuse('the condition goes on after its end', "'and', 'or' or the end");
    return expression;
  }

  values(): readonly Value[] {
    const values = this.#commaSeparated();
    if (!this.#scanner.atEnd) this.#refuse('a list item is not a list of values', "',' or the end");
    return values;
  }

  /** Pratt: takes in what binds at least as strongly as `power`. Operands of one word are siblings. */
  #expression(power: number): Expression {
    let left = this.#operand();
    for (;;) {
      const word = this.#connective();
      if (word === undefined || POWER[word] < power) return left;
      const operands = [left];
      while (this.#connective() === word) {
        this.#scanner.offset += word.length;
        operands.push(this.#expression(POWER[word] + 1));
      }
      left = { kind: word, operands, offset: left.offset };
    }
  }

  #connective(): 'and' | 'or' | undefined {
    this.#scanner.skipBlanks();
    return this.#scanner.peek(CONNECTIVE) as 'and' | 'or' | undefined;
  }

  #operand(): Expression {
    const scanner = this.#scanner;
    scanner.skipBlanks();
    const offset = scanner.offset;
    let negated = false;
    while (scanner.take(NOT) !== undefined) {
      negated = !negated;
      scanner.skipBlanks();
    }
    const operand = this.#primary();
    return negated ? { kind: 'not', operand, offset } : operand;
  }

  #primary(): Expression {
    const scanner = this.#scanner;
    if (scanner.takeMark('(')) {
      return this.#within(() => {
        const expression = this.#expression(POWER.or);
        scanner.skipBlanks();
        if (!scanner.takeMark(')')) this.#refuse('a parenthesis is not closed', "')', 'and' or 'or'");
        return expression;
      });
    }
    const offset = scanner.offset;
    const left = this.#field(false);
    if (left) return this.#check(left);
    const name = scanner.peek(IDENTIFIER);
    if (name === undefined || KEYWORDS.has(name)) {
      this.#refuse('there is no check here', "'(', 'not', a field or the name of a macro");
    }
    scanner.offset += name.length;
    return { kind: 'macro', name, offset };
  }

  #check(left: FieldReference): Check {
    const scanner = this.#scanner;
    scanner.skipBlanks();
    const operator = (scanner.take(ORDER) ?? scanner.take(EQUALITY) ?? scanner.take(WORDS)) as
      | Operator
      | '=='
      | undefined;
    if (operator === undefined) this.#refuse(`${left.name} is compared with nothing`, `an operator: ${OPERATORS}`);
    if (operator === 'exists') return { kind: 'check', left, operator, offset: left.offset, end: scanner.offset };
    scanner.skipBlanks();
    const right = this.#right(operator);
    return {
      kind: 'check',
      left,
      operator: operator === '==' ? '=' : operator,
      right,
      offset: left.offset,
      end: scanner.offset,
    };
  }

  #right(operator: string): Right {
    if (LIST_OPERATORS.has(operator)) return this.#list();
    const field = this.#field(true);
    if (field) return field;
    const scanner = this.#scanner;
    const offset = scanner.offset;
    if (operator.startsWith('<') || operator.startsWith('>')) {
      const number = scanner.take(NUMBER);
      if (number === undefined) this.#refuse(`${operator} compares numbers`, `a number, val(), ${FUNCTIONS}`);
      return { kind: 'value', value: { text: number, quoted: false, offset } };
    }
    const value = this.#value();
    if (!value) this.#refuse(`${operator} has nothing on its right`, `a word, a quoted string, val(), ${FUNCTIONS}`);
    return { kind: 'value', value };
  }

  #list(): Right {
    const scanner = this.#scanner;
    if (scanner.takeMark('(')) {
      scanner.skipBlanks();
      const values = scanner.peek(/\)/y) === undefined ? this.#commaSeparated() : [];
      if (!scanner.takeMark(')')) this.#refuse('a list is not closed', "',' or ')'");
      return { kind: 'list', values, named: false };
    }
    const field = this.#field(true);
    if (field) return field;
    const offset = scanner.offset;
    const text = scanner.take(IDENTIFIER);
    if (text === undefined) this.#refuse('there is no list here', `'(', val(), ${FUNCTIONS}`);
    return { kind: 'list', values: [{ text, quoted: false, offset }], named: true };
  }

  #commaSeparated(): readonly Value[] {
    const scanner = this.#scanner;
    const values: Value[] = [];
    do {
      scanner.skipBlanks();
      const value = this.#value();
      if (!value) this.#refuse('a value is missing', 'a word or a quoted string');
      values.push(value);
      scanner.skipBlanks();
    } while (scanner.takeMark(','));
    return values;
  }

  #value(): Value | undefined {
    const scanner = this.#scanner;
    const offset = scanner.offset;
    const quoted = scanner.takeQuoted();
    if (quoted !== undefined) return { text: quoted, quoted: true, offset };
    const text = scanner.take(BARE);
    return text === undefined ? undefined : { text, quoted: false, offset };
  }

  /** A field, or one within transformers. On the right of an operator it needs `val()` or a transformer around it. */
  #field(onRight: boolean): FieldReference | undefined {
    const scanner = this.#scanner;
    const offset = scanner.offset;
    const call = scanner.peek(FUNCTION);
    if (call === undefined) return onRight ? undefined : this.#plainField([]);
    const name = call.slice(0, -1);
    if (name === 'val' && onRight) {
      scanner.offset += call.length;
      return this.#closed(() => this.#plainField([]));
    }
    // What is a value on the right may be a word and a parenthesis that has nothing to do with it.
    if (!TRANSFORMERS.has(name)) {
      if (onRight || KEYWORDS.has(name)) return undefined;
      this.#refuse(
        name === 'val' ? 'val() stands on the right of an operator only' : `${name}() is no transformer`,
        `a field, ${FUNCTIONS}`,
      );
    }
    const transformers: Transformer[] = [];
    return { ...this.#transformed(transformers), transformers, offset };
  }

  #transformed(transformers: Transformer[]): FieldReference {
    const scanner = this.#scanner;
    const call = scanner.peek(FUNCTION);
    if (call === undefined) {
      const field = this.#plainField(transformers);
      if (!field) this.#refuse('a transformer takes a field', `a field, ${FUNCTIONS}`);
      return field;
    }
    const name = call.slice(0, -1);
    if (!TRANSFORMERS.has(name)) this.#refuse(`${name}() is no transformer`, `a field, ${FUNCTIONS}`);
    transformers.push(name as Transformer);
    scanner.offset += call.length;
    return this.#within(() => this.#closed(() => this.#transformed(transformers)));
  }

  #closed(inner: () => FieldReference | undefined): FieldReference {
    const scanner = this.#scanner;
    scanner.skipBlanks();
    const field = inner();
    if (!field) this.#refuse('there is no field here', 'a field');
    scanner.skipBlanks();
    if (!scanner.takeMark(')')) this.#refuse('a transformer is not closed', "')'");
    return field;
  }

  #plainField(transformers: readonly Transformer[]): FieldReference | undefined {
    const scanner = this.#scanner;
    const offset = scanner.offset;
    const name = scanner.take(FIELD);
    if (name === undefined) return undefined;
    if (!scanner.takeMark('[')) return { kind: 'field', name, transformers, offset };
    const argument = scanner.takeQuoted() ?? scanner.take(ARGUMENT);
    if (argument === undefined) this.#refuse(`${name}[] has no argument`, 'a word or a quoted string');
    if (!scanner.takeMark(']')) this.#refuse('an argument is not closed', "']'");
    return { kind: 'field', name, argument, transformers, offset };
  }

  #within<T>(inner: () => T): T {
    if (++this.#depth > DEEPEST) {
      this.#refuse(
        `the condition is nested deeper than ${DEEPEST} levels`,
        'fewer parentheses: name its parts as macros',
      );
    }
    const result = inner();
    this.#depth--;
    return result;
  }

  #refuse(message: string, expected: string): never {
    throw new ConditionError(message, this.#scanner.offset, expected);
  }
}
