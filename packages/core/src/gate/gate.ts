// SPDX-License-Identifier: Apache-2.0
import type { infer as Infer, ZodObject } from 'zod';
import type { FindingDraft } from '../finding/draft.ts';
import type { Rule } from '../finding/rule.ts';
import type { LoadContext } from './load-context.ts';

/** A named number that a gate measured, with what it is held against. */
export interface Metric {
  /** Dotted, without the gate's name: `coverage.relevant.claimed`. */
  readonly id: string;
  readonly title: string;
  readonly value: number;
  /** `%`, `rules`, `days` … */
  readonly unit: string;
  readonly threshold?: { readonly atLeast: number } | { readonly atMost: number };
  /** How many of how many the value stands for, so that a percentage of three is seen as such. */
  readonly sample?: { readonly hits: number; readonly of: number };
}

export interface Evaluation {
  readonly findings: readonly FindingDraft[];
  readonly metrics: readonly Metric[];
  /** How many things (rules, records, documents) were judged; 0 is "nothing checked". */
  readonly checked: number;
}

/**
 * A gate reads files and returns findings. `load` is the only place that reads; `evaluate` is pure:
 * no file, clock, network or randomness, so that the same inputs give the same verdict anywhere.
 */
export interface Gate<Schema extends ZodObject, Inputs> {
  /** Kebab-case: the key in helios.yaml, and `sec-<id>` the binary. */
  readonly id: string;
  readonly title: string;
  /** What `checked` counts, in the plural. */
  readonly unit: string;
  readonly rules: readonly Rule[];
  readonly options: Schema;
  /** For gates that can be pointed at paths: the glob that is put after a folder; options then have `include`. */
  readonly glob?: string;
  load(context: LoadContext, options: Infer<Schema>): Promise<Inputs>;
  evaluate(inputs: Inputs, options: Infer<Schema>, asOf: Date): Evaluation;
}

/** A gate whose type parameters are closed over: what registries and runners hold. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential type: options are parsed by the gate's own schema before use
export type AnyGate = Gate<any, any>;
