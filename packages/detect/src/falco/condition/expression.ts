// SPDX-License-Identifier: Apache-2.0

/** Comparison operators as Falco documents them; `==` is read as `=`. */
export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'exists'
  | 'contains'
  | 'icontains'
  | 'bcontains'
  | 'startswith'
  | 'bstartswith'
  | 'endswith'
  | 'glob'
  | 'iglob'
  | 'regex'
  | 'in'
  | 'intersects'
  | 'pmatch';

export type Transformer = 'tolower' | 'toupper' | 'b64' | 'basename' | 'len';

/** `proc.aname[2]`, or `tolower(proc.name)` with its transformers outermost first. */
export interface FieldReference {
  readonly kind: 'field';
  readonly name: string;
  readonly argument?: string;
  readonly transformers: readonly Transformer[];
  readonly offset: number;
}

/** A value that is written in a condition. Only one without quotes can be the name of a list. */
export interface Value {
  readonly text: string;
  readonly quoted: boolean;
  readonly offset: number;
}

export type Right =
  | { readonly kind: 'value'; readonly value: Value }
  /** `named`: written as `in shells`, without parentheses. */
  | { readonly kind: 'list'; readonly values: readonly Value[]; readonly named: boolean }
  | FieldReference;

export interface Check {
  readonly kind: 'check';
  readonly left: FieldReference;
  readonly operator: Operator;
  /** Absent for `exists`. */
  readonly right?: Right;
  readonly offset: number;
  /** One past its end. */
  readonly end: number;
}

/** A condition as it is written: macros are names. Offsets are UTF-16 code units into its text. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[]; readonly offset: number }
  | { readonly kind: 'not'; readonly operand: Expression; readonly offset: number }
  | { readonly kind: 'macro'; readonly name: string; readonly offset: number }
  | Check;
