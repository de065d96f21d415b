// SPDX-License-Identifier: Apache-2.0
import type { Evaluation, Gate, LoadContext } from '@helios/core/gate';
import { parseDocuments } from '@helios/core/input';
import { z } from 'zod';
import { judgeApproval, judgeDates, judgeExtension } from './audit/approval.ts';
import { auditMetrics } from './audit/metrics.ts';
import { judgeDuplicates, judgeScope } from './audit/scopes.ts';
import { surveyRegister } from './audit/survey.ts';
import { judgeClosings, judgePlan, judgeStates, judgeWaivers } from './audit/usage.ts';
import { findClosings } from './closing/closing.ts';
import type { History } from './history/history.ts';
import { loadHistory } from './history/load.ts';
import { type Options, optionsSchema } from './options.ts';
import { byId, loadRegister, type Register } from './register/register.ts';
import { RULES } from './rules.ts';

export interface Inputs {
  readonly register: Register;
  /** That and all registers that gates suppress by, also where only a part is judged: waivers are traced to them. */
  readonly everything: Register;
  readonly history: History;
}

export const gate: Gate<typeof optionsSchema, Inputs> = {
  id: 'exception',
  title: 'Exceptions are agreed, in date and in use',
  // An empty register is the aim, and has been looked at: it counts as one.
  unit: 'records',
  rules: RULES,
  options: optionsSchema,
  glob: '**/*.{yml,yaml}',
  load,
  evaluate,
};

/** Runs further back say nothing that those do not. */
const REMEMBERED = 50;

async function load(context: LoadContext, options: Options): Promise<Inputs> {
  const { include, exclude } = options;
  const judged = context.files({ include, exclude });
  const all = context.files({ include: [...include, ...(await configuredRegisters(context))] });
  const register = await loadRegister(context, judged);
  const everything = all.every((path) => judged.includes(path)) ? register : await loadRegister(context, all);
  const exceptions = register.entries.map(({ exception }) => exception);
  const needed = exceptions.map(({ close }) => close?.runs ?? 0);
  const runs = Math.max(REMEMBERED, options.staleAfter, options.closeAfter, ...needed) + 1;
  return {
    register,
    everything,
    history: await loadHistory(context, { evidence: options.evidence, runs }, exceptions),
  };
}

/** The globs of helios.yaml. Its shape was checked before any gate was asked. */
async function configuredRegisters({ config }: LoadContext): Promise<readonly string[]> {
  const [document] = config ? await parseDocuments(config) : [];
  return configSchema.safeParse(document).data?.exceptions ?? [];
}

const configSchema = z.object({ exceptions: z.array(z.string()) });

function evaluate({ register, everything, history }: Inputs, options: Options, asOf: Date): Evaluation {
  const { entries, broken, files } = register;
  const known = byId(entries);
  const surveyed = surveyRegister(register, history, options, asOf);
  const findings = [
    ...broken,
    ...judgeDuplicates(entries),
    ...entries.flatMap((entry) => [
      ...judgeScope(entry),
      ...judgeApproval(entry),
      ...judgeDates(entry, options, asOf),
      ...judgeExtension(entry, known, options),
    ]),
    ...judgeStates(surveyed),
    ...judgeClosings(findClosings(surveyed, history, options, asOf), options.closeWithinHours, asOf),
    ...surveyed.flatMap((one) => judgePlan(one, asOf)),
    ...judgeWaivers(everything, history, asOf),
  ];
  return {
    findings,
    metrics: auditMetrics(
      surveyed,
      new Set(broken.map(({ subject, path }) => `${path} ${subject}`)).size,
      options.autoClosed,
    ),
    checked: files.length + entries.length,
  };
}
