// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { fail } from '../error.ts';
import { LEVELS } from '../finding/finding.ts';

const line = z.string().min(1).max(2000);

const violationSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  severity: z.enum(LEVELS),
  /** Keys and 0-based indexes from the root of the document. */
  path: z.array(z.union([z.string(), z.int().nonnegative()])),
  subject: line,
  msg: line,
  fix: line,
});

/** What every entrypoint answers. `checked` is how many things were judged; 0 is "nothing to check", not a pass. */
const decisionSchema = z.strictObject({
  violations: z.array(violationSchema),
  checked: z.int().nonnegative(),
});

export type Violation = Readonly<z.infer<typeof violationSchema>>;

export interface Decision {
  /** Sorted by id, then path, then the rest. */
  readonly violations: readonly Violation[];
  readonly checked: number;
}

/**
 * Reads the result set of one evaluation. Throws HeliosError `policy` when the policy gave no verdict (undefined)
 * or one of another shape: neither is ever a pass.
 */
export function readDecision(results: unknown, entrypoint: string, path: string): Decision {
  if (!Array.isArray(results) || results.length !== 1) {
    fail('policy', `\`${entrypoint}\` is undefined for this document: the policy gave no verdict`, {
      path,
      hint: 'Let `decision` have a value for every input, a violation where the shape is not the expected one.',
    });
  }
  const parsed = decisionSchema.safeParse((results[0] as { readonly result?: unknown }).result);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    fail('policy', `\`${entrypoint}\` answered in another shape: ${issue?.path.join('.') ?? ''} ${issue?.message}`, {
      path,
      hint: 'Answer {violations: [{id, severity, path, subject, msg, fix}], checked}.',
    });
  }
  return { violations: parsed.data.violations.toSorted(compareViolations), checked: parsed.data.checked };
}

/** A Rego set comes back as a list whose order nobody promises. */
function compareViolations(a: Violation, b: Violation): number {
  return (
    compare(a.id, b.id) ||
    comparePaths(a.path, b.path) ||
    compare(a.subject, b.subject) ||
    compare(a.msg, b.msg) ||
    compare(a.fix, b.fix) ||
    compare(a.severity, b.severity)
  );
}

function comparePaths(a: Violation['path'], b: Violation['path']): number {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (typeof step !== typeof other) return typeof step === 'number' ? -1 : 1;
    const order = compare(step, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
