// SPDX-License-Identifier: Apache-2.0
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { CONTROL_FAILURE_TYPE, CONTROL_RUN_TYPE, type ControlFailure, type ControlRun } from '@helios/core/record';
import { type Called, call } from '../../../core/test/cli/terminal.ts';
import { run } from '../../src/cli.ts';

export type Files = Readonly<Record<string, string>>;

/** The moment as of which everything is judged. */
export const NOW = '2026-06-01T12:00:00Z';

export function daysBack(days: number): string {
  return new Date(Date.parse(NOW) - days * 86_400_000).toISOString();
}

/** An inventory out of ids and tiers. */
export function services(tiers: Readonly<Record<string, number>>): Files {
  const lines = Object.entries(tiers).map(
    ([id, tier]) => `  - { id: ${id}, title: Service ${id}, tier: ${tier}, owner: ${id}-team }\n`,
  );
  return { 'controls/ccv/services.yaml': `schema: helios/services/v1\nservices:\n${lines.join('')}` };
}

/** A control that only looks; `more` is YAML. */
export function control(id: string, service = 'shop', tier = 1, more = 'expires: 2026-12-31\n'): Files {
  const probe = '  - { kind: dns, name: answer, query: shop.example, expect: { /0: 192.0.2.1 } }\n';
  return {
    [`controls/ccv/${id}.yaml`]: `schema: helios/control/v1\nid: ${id}\ntitle: Control ${id}\nservice: ${service}\ntier: ${tier}\nowner: ${service}-team\n${more}steady:\n${probe}verify:\n${probe}`,
  };
}

type Facts = Partial<ControlRun> & { readonly daysAgo: number };

export function controlRun({ daysAgo, ...facts }: Facts): ControlRun {
  const finished = daysBack(daysAgo);
  return {
    schema: 'helios/control-run/v1',
    control: 'alpha',
    service: 'shop',
    tier: 1,
    outcome: 'pass',
    reason: 'all probes held',
    started: finished,
    finished,
    ...facts,
  };
}

export const VERIFIED = { verified: true, proof: 'a'.repeat(64) };
export const LEFT_BEHIND = { verified: false, proof: 'b'.repeat(64) };

/** The evidence file of a predicate, as a runner would leave it. */
function statement(name: string, predicateType: string, predicate: unknown): Files {
  const subject = [{ name: 'controls/ccv/alpha.yaml', digest: { sha256: 'c'.repeat(64) } }];
  const text = canonicalJson({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate });
  return { [`.evidence/ccv/${name}-${sha256Hex(text).slice(0, 12)}.intoto.json`]: text };
}

export function runs(...facts: readonly Facts[]): Files {
  return Object.assign({}, ...facts.map((each) => statement('run', CONTROL_RUN_TYPE, controlRun(each)))) as Files;
}

/** The digest that a run's record has. */
export function digestOf(facts: Facts): string {
  return sha256Hex(Object.values(runs(facts))[0] ?? '');
}

/** The record of a failure that such a run began. */
export function failureRecord(facts: Facts, more: Partial<ControlFailure> = {}): Files {
  const { control: id, service, finished } = controlRun(facts);
  const predicate: ControlFailure = {
    schema: 'helios/control-failure/v1',
    key: `ccv/${id}`,
    control: id,
    service,
    run: digestOf(facts),
    opened: finished,
    owner: 'shop-team',
    expires: new Date(Date.parse(finished) + 7 * 86_400_000).toISOString(),
    rollbackPlan: 'Nothing to undo.',
    where: 'https://tracker.example/issues/7',
    recorded: finished,
    ...more,
  };
  return statement('failure', CONTROL_FAILURE_TYPE, predicate);
}

interface JsonFinding {
  readonly ruleId: string;
  readonly level: string;
  readonly message: string;
  readonly remedy: string;
  readonly subject: string;
  readonly owner?: string;
  readonly location: { readonly path: string; readonly line: number; readonly column: number };
}

export interface Judged extends Called {
  readonly verdict: string;
  readonly checked: number;
  readonly findings: readonly JsonFinding[];
  readonly metrics: readonly {
    readonly id: string;
    readonly title: string;
    readonly value: number;
    readonly threshold?: unknown;
    readonly sample?: { readonly hits: number; readonly of: number };
  }[];
  /** Level and rule of each finding. */
  readonly told: readonly string[];
}

/** The verdict on some files, as the JSON report has it. */
export async function judge(files: Files, ...args: readonly string[]): Promise<Judged> {
  const called = await call(run, {
    args: ['check', '--no-cache', '--no-evidence', '--format', 'json', ...args],
    files,
    now: new Date(NOW),
  });
  if (called.stdout === '') throw new Error(called.stderr);
  const [gate] = (JSON.parse(called.stdout) as { gates: [Omit<Judged, 'told'>] }).gates;
  return { ...called, ...gate, told: gate.findings.map(({ level, ruleId }) => `${level} ${ruleId}`) };
}
