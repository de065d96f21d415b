// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../../../core/test/cli/terminal.ts';
import { plant } from '../../../core/test/input/tree.ts';
import { run } from '../../src/cli.ts';
import { RULES } from '../../src/rules.ts';
import {
  control,
  daysBack,
  digestOf,
  failureRecord,
  type Files,
  judge,
  LEFT_BEHIND,
  NOW,
  runs,
  services,
  VERIFIED,
} from './stage.ts';

const SHOP: Files = { ...services({ shop: 1 }), ...control('alpha') };
const PASSED: Files = { ...SHOP, ...runs({ daysAgo: 1, rollback: VERIFIED }) };
const FAILED = { daysAgo: 2, outcome: 'fail', reason: 'the canary was not seen' } as const;

describe('a control that passed in the week', () => {
  it('passes, and the figures say on how little that rests', async () => {
    const { exit, checked, told, metrics } = await judge(PASSED);
    expect([exit, checked, told]).toEqual([0, 1, ['note ccv/rollback-not-provable']]);
    expect(metrics.map(({ id, value, sample }) => [id, Number(value.toFixed(1)), sample])).toEqual([
      ['coverage.tier-1', 100, { hits: 1, of: 1 }],
      ['controls.proven', 100, { hits: 1, of: 1 }],
      ['rollback.success', 100, { hits: 1, of: 1 }],
      ['rollback.bound', 5, { hits: 1, of: 1 }],
      ['false-alarms', 0, { hits: 0, of: 1 }],
      ['false-alarms.bound', 95, { hits: 0, of: 1 }],
    ]);
  });

  it('is judged from records that git ignores', async () => {
    expect((await judge({ ...PASSED, '.gitignore': '.evidence/\n' })).exit).toBe(0);
  });

  it('counts for as long as the configuration says', async () => {
    const config = { 'helios.yaml': 'version: 1\ngates:\n  ccv:\n    within: 0.5\n' };
    const { told, findings } = await judge({ ...PASSED, ...config });
    expect(told).toEqual(expect.arrayContaining(['error ccv/overdue', 'error ccv/coverage-below-target']));
    expect(findings.find(({ ruleId }) => ruleId === 'ccv/overdue')).toMatchObject({
      message: 'last passed 1.0 days ago; a pass counts for 0.5 days',
      owner: 'shop-team',
      location: { path: 'controls/ccv/alpha.yaml', line: 2 },
    });
  });

  it('is looked for where the configuration says, and where that is nowhere it is told', async () => {
    const config = { 'helios.yaml': 'version: 1\ngates: { ccv: { records: [proofs/ccv/*.json] } }\n' };
    const { findings } = await judge({ ...PASSED, ...config });
    expect(findings.find(({ ruleId }) => ruleId === 'ccv/never-run')?.remedy).toBe(
      'No run is on record in proofs/ccv/*.json: run the controls, or say where records are (records).',
    );
  });

  it('does not count before it was run', async () => {
    expect((await judge(PASSED, '--as-of', '2026-05-30')).told).toContain('error ccv/never-run');
  });
});

describe('only a pass counts', () => {
  it.each<readonly [string, Files, readonly string[]]>([
    ['never run', {}, ['error ccv/never-run']],
    ['passed eight days ago', runs({ daysAgo: 8 }), ['error ccv/overdue']],
    [
      'inconclusive since',
      runs({ daysAgo: 8 }, { daysAgo: 1, outcome: 'inconclusive', reason: 'no data' }),
      ['error ccv/inconclusive'],
    ],
    ['not run since', runs({ daysAgo: 8 }, { daysAgo: 1, outcome: 'not-run' }), ['error ccv/inconclusive']],
    ['failed since', runs({ daysAgo: 3 }, FAILED), ['error ccv/failure-without-record']],
  ])('%s', async (_name, files, expected) => {
    const { exit, told } = await judge({ ...SHOP, ...files });
    expect([exit, [...told].sort()]).toEqual([1, [...expected, 'error ccv/coverage-below-target'].sort()]);
  });

  it('what is inconclusive within the week of a pass is no breach yet', async () => {
    const files = runs({ daysAgo: 3 }, { daysAgo: 1, outcome: 'inconclusive' });
    expect((await judge({ ...SHOP, ...files })).exit).toBe(0);
  });

  it('a pass that left something behind is none', async () => {
    const { told } = await judge({ ...SHOP, ...runs({ daysAgo: 1, rollback: LEFT_BEHIND }) });
    expect(told).toEqual(
      expect.arrayContaining([
        'error ccv/failed-rollback',
        'error ccv/failure-without-record',
        'error ccv/coverage-below-target',
        'error ccv/rollback-below-target',
      ]),
    );
  });
});

describe('coverage', () => {
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`s${i}`, 2]));
  const controls = Object.keys(ten).map((id) => control(`c-${id}`, id, 2));
  const passes = (...ids: readonly string[]): Files =>
    runs(...ids.map((service) => ({ daysAgo: 1, service, tier: 2, control: `c-${service}` })));
  const all: Files = Object.assign({}, services(ten), ...controls) as Files;

  it('of tier 2 may miss a tenth, which is then a warning', async () => {
    const { exit, told } = await judge({
      ...all,
      ...passes(...Object.keys(ten).slice(1)),
      ...runs({ daysAgo: 9, service: 's0', tier: 2, control: 'c-s0' }),
    });
    expect([exit, told]).toEqual([0, ['warning ccv/overdue']]);
  });

  it('of tier 2 may not miss more', async () => {
    const old = (service: string) => ({ daysAgo: 9, service, tier: 2, control: `c-${service}` });
    const { exit, findings } = await judge({
      ...all,
      ...passes(...Object.keys(ten).slice(2)),
      ...runs(old('s0'), old('s1')),
    });
    expect(exit).toBe(1);
    expect(findings.find(({ level }) => level === 'error')?.message).toBe(
      '80 % of 10 services of tier 2 are proven, needs ≥ 90 %; missing: s0, s1',
    );
  });

  it('asks for all controls of a service, and for at least one', async () => {
    const half = { ...SHOP, ...control('beta'), ...runs({ daysAgo: 1 }, { daysAgo: 8, control: 'beta' }) };
    expect((await judge(half)).told).toContain('error ccv/coverage-below-target');
    const { told } = await judge({ ...PASSED, ...services({ shop: 1, till: 1, blog: 3 }) });
    expect(told).toEqual(
      expect.arrayContaining([
        'error ccv/service-without-control',
        'note ccv/service-without-control',
        'error ccv/coverage-below-target',
      ]),
    );
  });
});

describe('a control file', () => {
  it.each<readonly [string, Files, string]>([
    ['that cannot be read', { 'controls/ccv/alpha.yaml': 'schema: helios/control/v1\n' }, 'ccv/broken-control'],
    [
      'with a schedule that never comes',
      control('alpha', 'shop', 1, "expires: 2026-12-31\nschedule: { cron: '0 0 30 2 *' }\n"),
      'ccv/broken-control',
    ],
    [
      'with a placeholder that nobody knows',
      control('alpha', 'shop', 1, 'expires: 2026-12-31\nstate: [{ kind: document, name: a, path: "${targt}" }]\n'),
      'ccv/broken-control',
    ],
    ['past its date', control('alpha', 'shop', 1, 'expires: 2026-05-31\n'), 'ccv/expired-control'],
    ['of an unknown service', control('alpha', 'shoe'), 'ccv/unknown-service'],
    ['of another tier than the inventory says', control('alpha', 'shop', 2), 'ccv/tier-mismatch'],
    [
      'with the id of another one',
      { 'controls/ccv/b.yaml': SHOP['controls/ccv/alpha.yaml'] ?? '' },
      'ccv/duplicate-control',
    ],
  ])('%s is a finding', async (_name, files, rule) => {
    expect((await judge({ ...PASSED, ...files })).told).toContain(`error ${rule}`);
  });

  it('past its date covers nothing', async () => {
    const expired = control('alpha', 'shop', 1, 'expires: 2026-05-31\n');
    expect((await judge({ ...PASSED, ...expired })).told).toContain('error ccv/coverage-below-target');
  });

  it('lasts to the end of its day', async () => {
    expect((await judge({ ...PASSED, ...control('alpha', 'shop', 1, 'expires: 2026-06-01\n') })).exit).toBe(0);
  });
});

describe('a failure', () => {
  const failing: Files = { ...SHOP, ...runs({ daysAgo: 3 }, FAILED) };

  it('without a record fails the gate, every time', async () => {
    const { exit, findings } = await judge(failing);
    expect(exit).toBe(1);
    expect(findings.find(({ ruleId }) => ruleId === 'ccv/failure-without-record')).toMatchObject({
      message: 'alpha has failed for 2.0 days: the canary was not seen',
      owner: 'shop-team',
      location: { path: 'controls/ccv/alpha.yaml' },
    });
  });

  it('with a record is tolerated until its date, and covers nothing', async () => {
    const { told } = await judge({ ...failing, ...failureRecord(FAILED) });
    expect([...told].sort()).toEqual(['error ccv/coverage-below-target', 'warning ccv/open-failure']);
  });

  it('is not tolerated after that date', async () => {
    const record = failureRecord(FAILED, { expires: daysBack(1) });
    expect((await judge({ ...failing, ...record })).told).toContain('error ccv/expired-failure');
  });

  it('may not give itself more time than is allowed', async () => {
    const record = failureRecord(FAILED, { expires: daysBack(-30) });
    expect((await judge({ ...failing, ...record })).told).toContain('error ccv/overlong-failure');
  });

  it('goes by the last word on it', async () => {
    const first = failureRecord(FAILED, { expires: daysBack(1) });
    const second = failureRecord(FAILED, { recorded: daysBack(0.5) });
    expect((await judge({ ...failing, ...first, ...second })).told).toContain('warning ccv/open-failure');
  });

  it('was not yet on record before its record was written', async () => {
    const record = failureRecord(FAILED, { recorded: daysBack(1) });
    expect((await judge({ ...failing, ...record }, '--as-of', daysBack(0.9))).told).toContain(
      'warning ccv/open-failure',
    );
    expect((await judge({ ...failing, ...record }, '--as-of', daysBack(1.1))).told).toContain(
      'error ccv/failure-without-record',
    );
  });

  it('of another run has a record of its own', async () => {
    const again: Files = { ...failing, ...runs({ daysAgo: 1.5 }, { ...FAILED, daysAgo: 1 }) };
    expect((await judge({ ...again, ...failureRecord(FAILED) })).told).toContain('error ccv/failure-without-record');
  });

  it('is not undone by removing its control', async () => {
    const { 'controls/ccv/alpha.yaml': _gone, ...rest } = failing;
    const { told, findings } = await judge({ ...rest, ...control('beta'), ...runs({ daysAgo: 1, control: 'beta' }) });
    expect(told).toEqual(['error ccv/failure-without-record']);
    expect(findings[0]?.location.path).toMatch(/^\.evidence\/ccv\/run-/);
  });

  it('ends with a pass, and its issue should, too', async () => {
    const passed = { ...failing, ...runs({ daysAgo: 1 }), ...failureRecord(FAILED) };
    const { exit, told } = await judge(passed);
    expect([exit, told]).toEqual([0, ['warning ccv/stale-failure-record']]);
    const closed = { at: daysBack(1), run: digestOf({ daysAgo: 1 }) };
    const settled = { ...passed, ...failureRecord(FAILED, { recorded: daysBack(0.9), closed }) };
    expect(await judge(settled)).toMatchObject({ exit: 0, told: [] });
  });
});

describe('a record', () => {
  const [[path, text] = ['', '']] = Object.entries(runs({ daysAgo: 1 }));

  it.each([
    ['that was changed', text.replace('"pass"', '"fail"')],
    ['that is no JSON', '{'],
    ['that no runner wrote', '{}'],
  ])('%s is a finding, not a gap', async (_name, content) => {
    const { exit, told } = await judge({ ...SHOP, [path]: content });
    expect([exit, told]).toEqual([1, expect.arrayContaining(['error core/unreadable-input'])]);
  });

  it('of another kind is somebody else’s', async () => {
    const other = text.replace('control-run/v1","sub', 'canary/v1","sub');
    const { sha256Hex } = await import('@helios/core/hash');
    const name = `.evidence/ccv/canary-${sha256Hex(other).slice(0, 12)}.intoto.json`;
    expect((await judge({ ...PASSED, [name]: other })).exit).toBe(0);
  });
});

describe('the example of each rule', () => {
  it.each(RULES.flatMap((rule) => ('example' in rule ? [rule] : [])))(
    '$id is broken by its bad example and kept by its good one',
    async ({ id, example }) => {
      const told = async (text: string): Promise<readonly string[]> =>
        (await judge({ ...services({ shop: 1 }), 'controls/ccv/a.yaml': text })).told;
      expect(await told(example.bad)).toContain(`error ${id}`);
      expect(await told(example.good)).not.toContain(`error ${id}`);
    },
  );
});

it('without records, controls are judged as they are written', async () => {
  const config = { 'helios.yaml': 'version: 1\ngates: { ccv: { records: [] } }\n' };
  expect(await judge({ ...SHOP, ...config })).toMatchObject({ exit: 0, told: [], metrics: [], checked: 1 });
  expect((await judge({ ...SHOP, ...config, ...services({ shop: 2 }) })).told).toEqual(['error ccv/tier-mismatch']);
});

it('nothing at all is nothing checked', async () => {
  expect((await judge({})).exit).toBe(3);
});

it('a change is refused for what is broken elsewhere', async () => {
  const root = plant({ ...SHOP, '.gitignore': '.evidence/\n' });
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example', ...args], {
      cwd: root,
      stdio: 'pipe',
    });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'x');
  for (const [path, text] of Object.entries(runs({ daysAgo: 3 }, FAILED))) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const args = ['check', '--no-evidence', '--no-cache', '--changed-since', 'HEAD', '--format', 'json'];
  const { exit, stdout } = await call(run, { args, root, now: new Date(NOW) });
  expect(exit).toBe(1);
  expect(stdout).toContain('ccv/failure-without-record');
});
