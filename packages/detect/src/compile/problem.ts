// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';

/** What of a rule a target cannot say. */
type Construct =
  /** Nothing tells where the events of the rule's logsource are. */
  | 'logsource'
  /** The target needs a table or a stream, and none was named. */
  | 'container'
  | 'keyword'
  /** Case that counts, or characters whose case the target folds in another way. */
  | 'case'
  /** `*` or `?`, as wildcards or as themselves. */
  | 'wildcard'
  | 'regex'
  | 'cidr'
  | 'compare'
  | 'null'
  | 'exists'
  /** A test that an empty value meets, where empty and missing are one. */
  | 'empty'
  | 'fieldref'
  | 'time'
  /** A character that no literal of the target can hold. */
  | 'character'
  /** The name of a field. */
  | 'name'
  /** A test that the field, stored as it is, cannot answer. */
  | 'type'
  /** Several events that belong together. */
  | 'correlation'
  /** More than the target takes. */
  | 'length';

/** Why a rule has no query with the same meaning in a target. */
export interface CompileProblem {
  readonly target: string;
  readonly construct: Construct;
  readonly message: string;
  /** Of the place in the rule's document. */
  readonly at: Pointer;
  /** What is right. */
  readonly remedy?: string;
}

/** Thrown within the writing of one rule, and caught where the rule ends. */
export class Refusal extends Error {
  readonly problem: Omit<CompileProblem, 'target'>;
  constructor(problem: Omit<CompileProblem, 'target'>) {
    super(problem.message);
    this.problem = problem;
  }
}

export function refuse(construct: Construct, message: string, at: Pointer, remedy?: string): never {
  throw new Refusal({ construct, message, at, ...(remedy !== undefined && { remedy }) });
}
