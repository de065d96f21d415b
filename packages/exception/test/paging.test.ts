// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { addTo, plant } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { codeowners } from '../src/paging/codeowners.ts';
import { isQuiet } from '../src/paging/routing.ts';
import { entry, type Fields, register, REGISTER } from './stage.ts';

const CONFIG =
  'version: 1\nconnectors:\n  team: {kind: file, path: team.ndjson}\n  boss: {kind: file, path: boss.ndjson}\n';
const ROUTING = {
  schema: 'helios/exception-routing/v1',
  routes: [
    {
      owner: '@acme/detection',
      steps: [
        { after: 0, to: 'team' },
        { after: 24, to: 'boss' },
      ],
    },
  ],
  otherwise: [{ after: 0, to: 'boss' }],
};

const repository = (routing: Fields = {}, ...entries: readonly Fields[]): string =>
  plant({
    'helios.yaml': CONFIG,
    'routing.yaml': stringify({ ...ROUTING, ...routing }),
    [REGISTER]: register(...(entries.length === 0 ? [entry()] : entries)),
  });
const page = (root: string, now: string): Promise<Called> =>
  call(run, { args: ['page', '--routing', 'routing.yaml', '--apply'], root, env: { HOME: root }, now: new Date(now) });
const alerts = (root: string, name: string): { key: string; action: string; severity: string; summary: string }[] =>
  existsSync(join(root, `${name}.ndjson`))
    ? readFileSync(join(root, `${name}.ndjson`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];

describe('paging', () => {
  it('calls nobody while all is in time', async () => {
    expect((await page(repository(), '2026-07-31T23:00:00Z')).stdout).toBe('nobody to call\n');
  });

  it('calls the owner first and the next one a day later, each once', async () => {
    const root = repository();
    const calls: number[][] = [];
    for (const now of [
      '2026-08-01T06:00:00Z',
      '2026-08-01T12:00:00Z',
      '2026-08-02T06:00:00Z',
      '2026-08-03T06:00:00Z',
    ]) {
      await page(root, now);
      calls.push([alerts(root, 'team').length, alerts(root, 'boss').length]);
    }
    expect(calls).toEqual([
      [1, 0],
      [1, 0],
      [1, 1],
      [1, 1],
    ]);
    expect(alerts(root, 'boss')).toMatchObject([
      {
        action: 'trigger',
        severity: 'error',
        summary: 'EXC-2026-001 (Mapping of the old rule) expired on 2026-07-31, and nobody has decided',
      },
    ]);
    expect((await page(root, '2026-08-04T06:00:00Z')).stdout).toBe('nobody to call\n');
  });

  it('calls off what is settled, once', async () => {
    const root = repository();
    await page(root, '2026-08-02T06:00:00Z');
    addTo(root, { [REGISTER]: register(entry({ state: 'closed' })) });
    await page(root, '2026-08-02T12:00:00Z');
    expect([alerts(root, 'team'), alerts(root, 'boss')]).toMatchObject([
      [{ action: 'resolve' }],
      [{ action: 'resolve' }],
    ]);
    expect((await page(root, '2026-08-03T06:00:00Z')).stdout).toBe('nobody to call\n');
  });

  it('sla-alert-missing: an acceptance that outlasts the time for its cause does not silence that clock', async () => {
    const root = repository({ sla: { low: 20 } });
    expect((await page(root, '2026-05-20T23:00:00Z')).stdout).toBe('nobody to call\n');
    await page(root, '2026-05-21T06:00:00Z');
    expect(alerts(root, 'team')[0]?.summary).toContain('is open for more than the 20 days that a low risk may take');
  });

  it('sla-alert-missing: nor does an extension start it anew', async () => {
    const next = entry({
      id: 'EXC-2026-002',
      previous: 'EXC-2026-001',
      requested: '2026-07-20',
      approved: '2026-07-20',
      expires: '2026-10-31',
    });
    const root = repository({ sla: { low: 100 } }, entry(), next);
    expect((await page(root, '2026-08-08T00:00:00Z')).stdout).toBe('nobody to call\n');
    await page(root, '2026-08-10T06:00:00Z');
    expect(alerts(root, 'team')[0]?.summary).toMatch(/^EXC-2026-002 .* is open for more than the 100 days/);
  });

  it('calls about each step of a plan that is overdue', async () => {
    const plan = [
      { title: 'New rule written', due: '2026-05-10' },
      { title: 'Old rule gone', due: '2026-05-12', done: '2026-05-11' },
    ];
    const root = repository({}, entry({ plan }));
    await page(root, '2026-05-13T06:00:00Z');
    expect(alerts(root, 'team').map(({ summary }) => summary)).toEqual([
      'EXC-2026-001 (Mapping of the old rule) should have got to "New rule written" by 2026-05-10',
    ]);
  });

  it('waits for the end of quiet hours, unless it is critical', async () => {
    const quiet = { from: '20:00', to: '07:00', zone: 'Europe/Berlin' };
    const root = repository({ quiet });
    expect((await page(root, '2026-08-01T04:59:00Z')).stdout).toBe('nobody to call\n');
    await page(root, '2026-08-01T05:00:00Z');
    expect(alerts(root, 'team')).toHaveLength(1);
    const critical = repository({ quiet }, entry({ severity: 'critical', expires: '2026-05-10' }));
    await page(critical, '2026-05-11T02:00:00Z');
    expect(alerts(critical, 'team').map(({ severity }) => severity)).toContain('critical');
  });

  it('finds the owner of a file by CODEOWNERS', async () => {
    const root = repository({ owners: '.github/CODEOWNERS' }, entry({ owner: 'ada' }));
    addTo(root, { '.github/CODEOWNERS': '* @acme/all\n/rules/ @acme/detection # the rules\n' });
    await page(root, '2026-08-01T06:00:00Z');
    expect([alerts(root, 'team').length, alerts(root, 'boss').length]).toEqual([1, 0]);
  });

  it('refuses a routing that is wrong, with line and what is right', async () => {
    const wrong = repository({ otherwize: [] });
    expect(await page(wrong, '2026-08-01T06:00:00Z')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('Did you mean "otherwise"?'),
    });
    const nowhere = repository({ routes: [], otherwise: [{ after: 0, to: 'teem' }] });
    expect(await page(nowhere, '2026-08-01T06:00:00Z')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('Did you mean "team"?'),
    });
  });
});

it('quiet hours may lie within a day, go over midnight, and follow the zone', () => {
  const at = (time: string, from: string, to: string, zone = 'UTC') =>
    isQuiet(new Date(`2026-07-01T${time}:00Z`), { from, to, zone });
  expect([at('11:59', '12:00', '13:00'), at('12:00', '12:00', '13:00'), at('13:00', '12:00', '13:00')]).toEqual([
    false,
    true,
    false,
  ]);
  expect([
    at('21:59', '22:00', '06:00'),
    at('23:00', '22:00', '06:00'),
    at('05:59', '22:00', '06:00'),
    at('06:00', '22:00', '06:00'),
  ]).toEqual([false, true, true, false]);
  expect(at('20:30', '22:00', '06:00', 'Europe/Berlin')).toBe(true);
});

it('CODEOWNERS is read as GitHub reads it: the last match decides, also for nobody', () => {
  const owners = codeowners(
    '# all\n* @a\n*.yml @b @c\n/docs/ @d\ndocs/*.md @e\napps/* @f\n/free/\n!rules @x\n[a-z].yml @y\n',
  );
  expect(owners('x.js')).toEqual(['@a']);
  expect(owners('deep/x.yml')).toEqual(['@b', '@c']);
  expect(owners('docs/deep/x.md')).toEqual(['@d']);
  expect(owners('docs/x.md')).toEqual(['@e']);
  expect(owners('free/x.js')).toEqual([]);
  expect([owners('apps/x.js'), owners('apps/deep/x.js')]).toEqual([['@f'], ['@a']]);
  expect(owners('a.yml')).toEqual(['@b', '@c']);
});
