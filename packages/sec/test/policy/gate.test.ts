// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeliosError } from '@helios/core/error';
import { runGate } from '@helios/core/gate';
import { sha256Hex } from '@helios/core/hash';
import { describe, expect, it } from 'vitest';
import { gate } from '../../src/policy/gate.ts';
import { repositoryWith } from './repository.ts';

const SETS = [
  { entrypoint: 'policies/exception/decision', include: ['controls/exceptions/*.yaml'] },
  { entrypoint: 'privacy/residency/decision', include: ['controls/privacy/*.yaml'] },
  { entrypoint: 'abac/decision', include: ['controls/access/*.yaml'] },
];
const AS_OF = new Date('2026-11-21T12:00:00Z');

function run(root: string, sets: readonly object[] = SETS, asOf = AS_OF) {
  const options = gate.options.parse({ sets });
  return runGate(gate, options, {
    root,
    asOf,
    failOn: 'error',
    levels: {},
    waivers: { exceptions: [] },
    partial: false,
  });
}

async function errorOf(work: Promise<unknown>): Promise<HeliosError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof HeliosError) return thrown;
  return expect.unreachable('it should have been refused');
}

const dataset = (id: string, rest: string): string => `  - id: ${id}
    owner: maintainers
    purpose: research
    classification: internal
    personal_data: []
    transfers: []
${rest}`;
const FINE = '    regions: { origin: de, stored: [de], allowed: [de] }\n    retention: P1Y\n';
const datasets = (...list: readonly string[]): string => `schema: helios/datasets/v1\ndatasets:\n${list.join('')}`;

describe('the policy gate', () => {
  it("passes Helios' own datasets, grants and exceptions", async () => {
    const result = await run(repositoryWith({}));
    expect(result).toMatchObject({ verdict: 'pass', exit: 0, checked: 12, notChecked: 0, findings: [] });
  });

  it('points at the value that breaks a policy, with the fix that the policy gives', async () => {
    const text = datasets(
      dataset('good', FINE),
      dataset('far', '    regions: { origin: de, stored: [de, us], allowed: [de] }\n    retention: P9Y\n'),
    );
    const { verdict, findings } = await run(repositoryWith({ 'data/a.yaml': text }), [
      { entrypoint: 'privacy/residency/decision', include: ['data/*.yaml'] },
    ]);
    expect(verdict).toBe('fail');
    expect(
      findings.map(({ ruleId, level, subject, message, remedy, location }) => ({
        ruleId,
        level,
        subject,
        message,
        remedy,
        location,
      })),
    ).toEqual([
      {
        ruleId: 'policy/violation',
        level: 'error',
        subject: 'far: stored-outside-allowed-regions',
        message: 'is stored in us, which is not among its allowed regions',
        remedy: 'Move it to de, or have us allowed.',
        location: { path: 'data/a.yaml', line: 17, column: 41, endLine: 17, endColumn: 43 },
      },
      {
        ruleId: 'policy/violation',
        level: 'error',
        subject: 'far: retention-over-limit',
        message: 'is kept for up to 3294 days; internal data may be kept for 1830',
        remedy: 'Keep it for P1830D at most, or drop what makes it internal.',
        location: { path: 'data/a.yaml', line: 18, column: 16, endLine: 18, endColumn: 19 },
      },
    ]);
  });

  it('keeps the level that the policy gave', async () => {
    const text = datasets(dataset('a', FINE)).replace(
      'transfers: []',
      'transfers: [{ to: us, safeguard: adequacy-decision }]',
    );
    const { verdict, findings } = await run(repositoryWith({ 'data/a.yaml': text }), [
      { entrypoint: 'privacy/residency/decision', include: ['data/*.yaml'] },
    ]);
    expect([verdict, ...findings.map(({ level, subject }) => [level, subject])]).toEqual([
      'pass',
      ['warning', 'a: unused-transfer'],
    ]);
  });

  it('judges each document of a file, and says in which one it found something', async () => {
    const text = [
      datasets(dataset('a', FINE)),
      'schema: other\n',
      datasets(dataset('b', FINE), dataset('b', FINE)),
    ].join('---\n');
    const { checked, findings } = await run(repositoryWith({ 'data/a.yaml': text }), [
      { entrypoint: 'privacy/residency/decision', include: ['data/*.yaml'] },
    ]);
    expect(checked).toBe(3);
    expect(findings.map(({ subject, location }) => [subject, location.line])).toEqual([
      ['datasets: unknown-shape', 12],
      ['b: duplicate-id', 24],
    ]);
  });

  it('reads JSON and TOML alike', async () => {
    const root = repositoryWith({
      'data/a.json': JSON.stringify({ schema: 'helios/datasets/v1', datasets: [{ id: 'j' }] }),
      'data/b.toml': 'schema = "helios/datasets/v1"\n[[datasets]]\nid = "t"\n',
    });
    const { findings } = await run(root, [{ entrypoint: 'privacy/residency/decision', include: ['data/*'] }]);
    expect(new Set(findings.map(({ location, subject }) => `${location.path} ${subject}`))).toEqual(
      new Set(['data/a.json j: missing-field', 'data/b.toml t: missing-field']),
    );
  });

  it('refuses a document on which a policy gives no verdict, and judges the others', async () => {
    const root = repositoryWith({
      'data/a.yaml': 'schema: helios/datasets/v1\ndatasets: [.nan]\n',
      'data/b.yaml': datasets(dataset('b', FINE)),
    });
    const { verdict, checked, findings } = await run(root, [
      { entrypoint: 'privacy/residency/decision', include: ['data/*'] },
    ]);
    expect([verdict, checked]).toEqual(['fail', 1]);
    expect(findings).toMatchObject([{ ruleId: 'policy/failed-evaluation', location: { path: 'data/a.yaml' } }]);
  });

  it('reports files that do not parse, and judges the others', async () => {
    const root = repositoryWith({ 'data/a.yaml': 'a: [', 'data/b.yaml': datasets(dataset('b', FINE)) });
    const result = await run(root, [{ entrypoint: 'privacy/residency/decision', include: ['data/*'] }]);
    expect(result).toMatchObject({
      verdict: 'fail',
      checked: 1,
      notChecked: 1,
      findings: [{ ruleId: 'core/unreadable-input' }],
    });
  });

  it('has nothing checked when every register is empty', async () => {
    expect(await run(repositoryWith({}), SETS.slice(0, 1))).toMatchObject({ verdict: 'nothing-checked', exit: 3 });
  });

  it('knows no time but the one it is given', async () => {
    const later = await run(repositoryWith({}), SETS, new Date('2027-05-20T00:00:00Z'));
    expect(later.findings.map(({ subject }) => subject)).toEqual(['on-call: expired-grant']);
  });

  it('counts policies, their tests, data and module among its inputs', async () => {
    const root = repositoryWith({});
    const { inputs } = await run(root);
    expect(inputs.map(({ path }) => path)).toEqual([
      'controls/access/grants.yaml',
      'controls/exceptions/register.yaml',
      'controls/opa/abac.rego',
      'controls/opa/abac_test.rego',
      'controls/opa/calendar.rego',
      'controls/opa/calendar_test.rego',
      'controls/opa/capabilities.json',
      'controls/opa/limits/data.json',
      'controls/opa/policies/exception.rego',
      'controls/opa/policies/exception_test.rego',
      'controls/opa/policy.lock.json',
      'controls/opa/policy.wasm',
      'controls/opa/privacy.residency.rego',
      'controls/opa/privacy.residency_test.rego',
      'controls/opa/workload.rego',
      'controls/opa/workload_test.rego',
      'controls/privacy/datasets.yaml',
    ]);
  });

  it('gives the same result twice', async () => {
    const [one, two] = [await run(repositoryWith({})), await run(repositoryWith({}))];
    expect(sha256Hex(JSON.stringify(one))).toBe(sha256Hex(JSON.stringify(two)));
  });

  it('refuses stale policies before it judges anything', async () => {
    const root = repositoryWith({ 'controls/opa/abac.rego': 'package abac\n' });
    const error = await errorOf(run(root));
    expect(error).toMatchObject({ code: 'policy', detail: { path: 'controls/opa/abac.rego' } });
    expect(error.detail.hint).toContain('sec policy build');
  });

  it('refuses an entrypoint that the policies do not have, naming those they have', async () => {
    const error = await errorOf(run(repositoryWith({}), [{ entrypoint: 'abacus/decision', include: ['**/*.yaml'] }]));
    expect(error).toMatchObject({ code: 'config', detail: { hint: expect.stringContaining('abac/decision') } });
  });

  it('refuses a set that matches no file', async () => {
    const error = await errorOf(
      run(repositoryWith({}), [{ entrypoint: 'abac/decision', include: ['nothing/*.yaml'] }]),
    );
    expect(error.code).toBe('config');
  });

  it.each([
    { sets: [] },
    {},
    { sets: SETS, bundle: '/etc' },
    { sets: SETS, bundle: 'a/' },
    { sets: [{ entrypoint: 'abac', include: ['a'] }] },
  ])('refuses options that cannot be meant: %j', (options) => {
    expect(gate.options.safeParse(options).success).toBe(false);
  });

  it('refuses a bundle outside the repository', async () => {
    const root = repositoryWith({});
    writeFileSync(join(root, 'x.yaml'), '');
    const options = gate.options.parse({ bundle: '../elsewhere', sets: SETS });
    const settings = {
      root,
      asOf: AS_OF,
      failOn: 'error',
      levels: {},
      waivers: { exceptions: [] },
      partial: false,
    } as const;
    expect(await errorOf(runGate(gate, options, settings))).toMatchObject({ code: 'policy' });
  });
});
