// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { type Finding, LEVELS } from '../finding/finding.ts';
import type { GateResult, Report } from '../gate/result.ts';
import { canonicalJson } from '../hash/index.ts';
import { agentSchema, commitSchema, gateIdSchema, pathSchema, sha256Schema } from './fields.ts';

const ruleId = z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/);
const level = z.enum(LEVELS);
const count = z.int().nonnegative();

const locationSchema = z.strictObject({
  path: pathSchema,
  line: count.optional(),
  column: count.optional(),
  endLine: count.optional(),
  endColumn: count.optional(),
});

/** A finding without what is for pictures (`excerpt`) and for the desk (`fix`). */
const findingSchema = z.strictObject({
  ruleId,
  level,
  message: z.string(),
  location: locationSchema,
  subject: z.string(),
  fingerprint: sha256Schema,
  remedy: z.string(),
  owner: z.string().optional(),
  references: z.array(z.string()).optional(),
  suppression: z
    .strictObject({
      kind: z.enum(['waived', 'baselined']),
      by: z.string(),
      owner: z.string(),
      reason: z.string(),
      expires: z.string(),
    })
    .optional(),
});

const metricSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  value: z.number(),
  unit: z.string(),
  threshold: z.union([z.strictObject({ atLeast: z.number() }), z.strictObject({ atMost: z.number() })]).optional(),
  sample: z.strictObject({ hits: count, of: count }).optional(),
});

/** What one gate decided, on what, by which rules: all of it the same on any machine, at any time. */
export const resultSchema = z.strictObject({
  schema: z.literal('helios/gate-result/v1'),
  gate: gateIdSchema,
  verdict: z.enum(['pass', 'fail', 'nothing-checked']),
  checked: count,
  unit: z.string(),
  notChecked: count,
  findings: z.array(findingSchema),
  waived: z.array(findingSchema),
  metrics: z.array(metricSchema),
  inputs: z.array(z.strictObject({ path: pathSchema, sha256: sha256Schema })),
  rules: z.array(z.strictObject({ id: ruleId, major: count, level })),
  options: z.strictObject({ sha256: sha256Schema }),
  /** Absent when everything counted. */
  scope: z.strictObject({ base: commitSchema, outside: count }).optional(),
  tool: agentSchema,
});

export type ResultDocument = z.infer<typeof resultSchema>;

/**
 * The JCS text of a gate's result, without excerpt, time, host or absolute path. Throws for a result that could not be
 * read back (a crashed gate, an absolute path): such a result is a defect, and evidence of it would never verify.
 */
export function resultDocument(result: GateResult, tool: Report['tool']): string {
  const { gate, verdict, checked, unit, notChecked, metrics, inputs } = result;
  const document = {
    schema: 'helios/gate-result/v1',
    gate,
    verdict,
    checked,
    unit,
    notChecked,
    findings: result.findings.map(recordOf),
    waived: result.waived.map(recordOf),
    metrics,
    inputs: inputs.map(({ path, sha256 }) => ({ path, sha256 })),
    rules: result.rules.map(({ id, major, level }) => ({ id, major, level })),
    options: { sha256: result.optionsDigest },
    scope: result.scope,
    tool: { name: tool.name, version: tool.version },
  };
  return canonicalJson(resultSchema.parse(withoutUndefined(document)));
}

function recordOf(finding: Finding): Omit<Finding, 'excerpt' | 'fix'> {
  const { excerpt: _excerpt, fix: _fix, ...record } = finding;
  return record;
}

/** Optional fields may be absent or set to undefined; JSON knows only absence, and JCS refuses to guess. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutUndefined(member)]));
}
