// SPDX-License-Identifier: Apache-2.0
import { fail, HeliosError } from '@helios/core/error';
import type { FindingDraft } from '@helios/core/finding';
import type { Evaluation, Gate, LoadContext } from '@helios/core/gate';
import { parseDocuments } from '@helios/core/input';
import {
  loadPolicy,
  MODULE_FILE,
  type Policy,
  type VerifiedBundle,
  verifyLock,
  type Violation,
} from '@helios/core/policy';
import { type Options, optionsSchema, type SetOptions } from './options.ts';
import { RULES } from './rules.ts';

/** A document and the policy that judges it. */
interface Case {
  readonly entrypoint: string;
  readonly path: string;
  /** 0-based, in a file of many documents. */
  readonly index: number;
  readonly document: unknown;
}

interface Inputs {
  readonly policy: Policy;
  readonly cases: readonly Case[];
}

export const gate: Gate<typeof optionsSchema, Inputs> = {
  id: 'policy',
  title: 'Documents keep the policies written in Rego',
  unit: 'entries',
  rules: RULES,
  options: optionsSchema,
  load,
  evaluate,
};

async function load(context: LoadContext, options: Options): Promise<Inputs> {
  const bundle = await verifyLock(context.root, options.bundle);
  recordBundle(context, bundle);
  const policy = loadPolicy(bundle);
  const cases: Case[] = [];
  for (const set of options.sets) {
    if (!policy.entrypoints.includes(set.entrypoint)) {
      fail('config', `the policies in ${options.bundle} have no entrypoint \`${set.entrypoint}\``, {
        hint: `They have ${policy.entrypoints.join(', ')}.`,
      });
    }
    cases.push(...(await loadCases(context, set)));
  }
  return { policy, cases };
}

/** The verdict rests on the policies as much as on the documents: both are inputs. */
function recordBundle(context: LoadContext, bundle: VerifiedBundle): void {
  for (const { path, sha256 } of bundle.texts) {
    if (context.read(path).sha256 !== sha256) fail('policy', 'changed while it was read', { path, hint: 'Run again.' });
  }
  context.record(`${bundle.path}/${MODULE_FILE}`, bundle.module);
}

async function loadCases(context: LoadContext, set: SetOptions): Promise<readonly Case[]> {
  const { entrypoint, include, exclude } = set;
  const paths = context.files({ include, ...(exclude && { exclude }) });
  if (paths.length === 0) {
    fail('config', `no file for \`${entrypoint}\` to judge: nothing matches ${include.join(', ')}`, {
      hint: 'Correct the globs of this set, or remove it; a policy that judges nothing guards nothing.',
    });
  }
  const cases: Case[] = [];
  for (const source of context.readAll(paths)) {
    try {
      const documents = await parseDocuments(source);
      cases.push(...documents.map((document, index) => ({ entrypoint, path: source.path, index, document })));
    } catch (thrown) {
      context.problem(source.path, thrown);
    }
  }
  return cases;
}

function evaluate({ policy, cases }: Inputs, _options: Options, asOf: Date): Evaluation {
  const findings: FindingDraft[] = [];
  let checked = 0;
  for (const one of cases) {
    try {
      const { entrypoint, document, path } = one;
      const decision = policy.decide(entrypoint, { document, path, as_of: asOf.toISOString() });
      findings.push(...decision.violations.map((violation) => draftOf(one, violation)));
      checked += decision.checked;
    } catch (thrown) {
      findings.push(failureOf(one, thrown));
    }
  }
  return { findings, metrics: [], checked };
}

function draftOf({ entrypoint, path, index }: Case, violation: Violation): FindingDraft {
  return {
    ruleId: 'policy/violation',
    path,
    at: { document: index, pointer: violation.path },
    subject: `${violation.subject}: ${violation.id}`,
    // Two policies may use one id for different things.
    matched: `${entrypoint} ${violation.id}`,
    message: violation.msg,
    remedy: violation.fix,
    level: violation.severity,
  };
}

/** A policy that fails on one document still judges the others; what it failed on is refused. */
function failureOf({ entrypoint, path, index }: Case, thrown: unknown): FindingDraft {
  if (!(thrown instanceof HeliosError)) throw thrown;
  return {
    ruleId: 'policy/failed-evaluation',
    path,
    at: { document: index, pointer: [] },
    subject: entrypoint,
    matched: entrypoint,
    message: thrown.message,
    ...(thrown.detail.hint !== undefined && { remedy: thrown.detail.hint }),
  };
}
