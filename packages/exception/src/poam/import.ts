// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { endOf, type Exception, exceptionSchema, momentSchema } from '@helios/core/finding';
import { sha256Hex } from '@helios/core/hash';
import { z } from 'zod';
import { NAMESPACE, type Prop, TEXTS, valuesOf } from './props.ts';

const propSchema = z.object({
  name: z.string(),
  ns: z.string().optional(),
  value: z.string(),
  class: z.string().optional(),
});
const props = z.array(propSchema).default([]);
const taskSchema = z.object({
  type: z.string(),
  title: z.string(),
  props,
  timing: z
    .object({
      'on-date': z.object({ date: z.string() }).optional(),
      'within-date-range': z.object({ end: z.string() }).optional(),
    })
    .optional(),
});
const riskSchema = z.object({
  uuid: z.string(),
  title: z.string(),
  description: z.string(),
  statement: z.string(),
  props,
  status: z.string(),
  deadline: z.string().optional(),
  'mitigating-factors': z.array(z.object({ description: z.string() })).default([]),
  characterizations: z
    .array(z.object({ facets: z.array(z.object({ name: z.string(), value: z.string() })) }))
    .default([]),
  remediations: z.array(z.object({ tasks: z.array(taskSchema).default([]) })).default([]),
});
type Risk = z.infer<typeof riskSchema>;

/** What of an OSCAL document is looked at; all the rest is for others. */
const poamSchema = z.object({
  'plan-of-action-and-milestones': z.object({
    metadata: z.object({ 'last-modified': z.string() }),
    risks: z.array(riskSchema).default([]),
    'poam-items': z.array(
      z.object({ title: z.string(), 'related-risks': z.array(z.object({ 'risk-uuid': z.string() })).default([]) }),
    ),
  }),
});

/**
 * The exceptions of an OSCAL plan of action and milestones: those that Helios wrote as they were, those of others as
 * drafts, to be approved here. Throws HeliosError `input`; a risk without a deadline is refused, for it would never end.
 */
export function exceptionsOf(path: string, document: unknown, requester: string | undefined): Exception[] {
  const parsed = poamSchema.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(
      'input',
      `is no plan of action and milestones: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      {
        path,
        hint: 'Give one in the JSON of OSCAL 1.1.',
      },
    );
  }
  const poam = parsed.data['plan-of-action-and-milestones'];
  const risks = new Map(poam.risks.map((risk) => [risk.uuid, risk]));
  const loose = poam['poam-items'].find((item) => item['related-risks'].length === 0);
  if (loose) {
    fail('input', `"${loose.title}" is about no risk, so it has no deadline`, {
      path,
      hint: 'Relate it to a risk there.',
    });
  }
  return poam['poam-items']
    .flatMap((item) => item['related-risks'].map(({ 'risk-uuid': uuid }) => ({ item, uuid })))
    .map(({ item, uuid }, index) => {
      const risk =
        risks.get(uuid) ??
        fail('input', `"${item.title}" is about the risk ${uuid}, which is not in the document`, {
          path,
          hint: 'Export it anew.',
        });
      const [id] = valuesOf(risk.props, 'id');
      const requested = poam.metadata['last-modified'];
      return read(path, risk, id === undefined ? foreign(path, risk, index, requested, requester) : own(path, risk));
    });
}

function read(path: string, { title }: Risk, fields: Readonly<Record<string, unknown>>): Exception {
  const entry = exceptionSchema.safeParse(JSON.parse(JSON.stringify(fields)));
  if (entry.success) return entry.data;
  const [issue] = entry.error.issues;
  return fail('input', `"${title}" is no exception: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, {
    path,
    hint: 'Correct it there, or leave it out.',
  });
}

/** Written by Helios: every field as it was, but for a deadline that somebody has moved since. */
function own(path: string, risk: Risk): Record<string, unknown> {
  const one = (name: string): string | undefined => valuesOf(risk.props, name)[0];
  const some = <T>(values: readonly T[]): readonly T[] | undefined => (values.length > 0 ? values : undefined);
  const end = fieldsOf(risk.props, 'end-');
  const close = fieldsOf(risk.props, 'close-');
  return {
    ...Object.fromEntries(TEXTS.map((name) => [name, one(name)])),
    expires: dateOf(deadlineOf(path, risk), one('expires')),
    compensation: compensationOf(risk),
    scope: fieldsOf(risk.props, 'scope-'),
    aliases: some(valuesOf(risk.props, 'alias')),
    close: close && { ...close, ...('runs' in close && { runs: Number(close['runs']) }) },
    review: fieldsOf(risk.props, 'review-'),
    end: end && { ...end, proof: some(valuesOf(risk.props, 'end-proof')) },
    plan: some(planOf(risk)),
  };
}

/** Written by others: accepted nowhere yet, and bound to the very risk that was read. */
function foreign(
  path: string,
  risk: Risk,
  index: number,
  requested: string,
  requester: string | undefined,
): Record<string, unknown> {
  const who =
    requester ??
    fail('usage', `nobody is named who asks for "${risk.title}"`, { hint: 'Name somebody: --requester NAME.' });
  return {
    id: `POAM-${risk.uuid.slice(0, 8).toUpperCase()}-${index + 1}`,
    title: risk.title,
    state: risk.status === 'closed' ? 'closed' : 'draft',
    severity: severityOf(risk),
    owner: who,
    requester: who,
    reason: risk.description,
    risk: risk.statement,
    compensation: compensationOf(risk),
    requested: instantOf(requested),
    expires: instantOf(deadlineOf(path, risk)),
    scope: { rule: 'poam/item', digest: `sha256:${sha256Hex(JSON.stringify(risk))}` },
    ...(risk.remediations.length > 0 && { plan: planOf(risk) }),
  };
}

function compensationOf(risk: Risk): string | string[] {
  const [first = 'None is named.', ...rest] = risk['mitigating-factors'].map(({ description }) => description);
  return rest.length === 0 ? first : [first, ...rest];
}

/** Milestones without a date are no promise, and left out. */
function planOf({ remediations }: Risk): { title: string; due: string; done?: string }[] {
  return remediations.flatMap(({ tasks }) =>
    tasks.flatMap(({ type, title, props, timing }) => {
      const date = timing?.['on-date']?.date ?? timing?.['within-date-range']?.end;
      const [own] = valuesOf(props, 'due');
      const [done] = valuesOf(props, 'done');
      if (type !== 'milestone' || date === undefined) return [];
      return [
        { title: valuesOf(props, 'title')[0] ?? title, due: dateOf(date, own), ...(done !== undefined && { done }) },
      ];
    }),
  );
}

function deadlineOf(path: string, { title, deadline }: Risk): string {
  const hint = 'Give it a deadline there: an acceptance that never ends cannot be imported.';
  return deadline ?? fail('input', `"${title}" has no deadline`, { path, hint });
}

/** As we wrote it, where that is still what OSCAL says; a date that somebody moved there counts. */
function dateOf(date: string, written: string | undefined): string {
  const same =
    momentSchema.safeParse(written).success &&
    written !== undefined &&
    endOf(written).toISOString() === instantOf(date);
  return same ? written : instantOf(date);
}

/** Facets are named differently by everyone; what nobody graded is taken for the most severe. */
function severityOf({ characterizations }: Risk): string {
  const values = characterizations.flatMap(({ facets }) =>
    facets.filter(({ name }) => /severity|impact|risk/i.test(name)).map(({ value }) => value.toLowerCase()),
  );
  return (
    values
      .map((value) => (value === 'moderate' ? 'medium' : value))
      .find((value) => ['critical', 'high', 'medium', 'low'].includes(value)) ?? 'critical'
  );
}

function fieldsOf(all: readonly Prop[], prefix: string): Record<string, string> | undefined {
  const fields = all.filter(({ ns, name }) => ns === NAMESPACE && name.startsWith(prefix) && name !== 'end-proof');
  if (fields.length === 0) return undefined;
  return Object.fromEntries(fields.map(({ name }) => [name.slice(prefix.length), valuesOf(all, name)[0] ?? '']));
}

/** OSCAL times have any offset; ours are in UTC. */
function instantOf(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}
