// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';

/** What keeps a rule from meaning anything, or from being evaluated here. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly message: string;
  /** Of the place in the document. */
  readonly at: Pointer;
  /** What is right. */
  readonly remedy?: string;
}

export type ProblemKind =
  /** The document is no rule as the specification has it. */
  | 'structure'
  | 'condition'
  | 'modifier'
  | 'value'
  /** A placeholder of `expand` that nothing fills. */
  | 'placeholder'
  /** Known, and not evaluated: never a silent "no match". */
  | 'unsupported';

/** Thrown within the reading of one rule, and caught where the rule ends. */
export class RuleProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

export function refuse(kind: ProblemKind, message: string, at: Pointer, remedy?: string): never {
  throw new RuleProblem({ kind, message, at, ...(remedy !== undefined && { remedy }) });
}
