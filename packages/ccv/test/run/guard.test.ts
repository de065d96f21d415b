// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FALSE, lookingControl, runnerOn, runOf, TRUE, worldWith } from '../stage.ts';

/** A control that leaves a file for each target, which says what was touched. */
function touching(more: Readonly<Record<string, unknown>> = {}) {
  return lookingControl({
    health: { probes: [TRUE] },
    state: [TRUE].map(({ expect: _expect, ...observation }) => observation),
    cohort: { targets: ['a', 'b', 'c', 'd'], share: 25 },
    action: [{ name: 'touch', kind: 'write', path: 'touched/${target}', content: '' }],
    rollback: [],
    ...more,
  });
}

describe('guardrails', () => {
  it('let a control that only looks run without an action or a rollback', async () => {
    const record = await runOf(lookingControl(), await runnerOn(worldWith([])));
    expect(record).toMatchObject({ outcome: 'pass' });
    expect(record.rollback).toBeUndefined();
    expect(record.detectedAfter).toBeUndefined();
  });

  it('touch a share of the cohort, at least one, by chance', async () => {
    const touched = async (random: number, share: number): Promise<string[]> => {
      const world = worldWith([]);
      const control = touching({ cohort: { targets: ['a', 'b', 'c', 'd'], share }, limits: { blastRadius: 4 } });
      await runOf(control, await runnerOn(world, undefined, () => random));
      return ['a', 'b', 'c', 'd'].filter((target) => existsSync(join(world.root, 'touched', target)));
    };
    expect(await touched(0, 1)).toEqual(['a']);
    expect(await touched(0.99, 1)).toEqual(['d']);
    expect(await touched(0.5, 50)).toHaveLength(2);
    expect(await touched(0.5, 100)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('refuse more targets than the blast radius before anything is touched', async () => {
    const world = worldWith([]);
    const control = touching({ cohort: { targets: ['a', 'b', 'c', 'd'], share: 100 }, limits: { blastRadius: 3 } });
    expect(await runOf(control, await runnerOn(world))).toMatchObject({
      outcome: 'not-run',
      reason: 'it would touch 4 targets, and its blast radius is 3',
    });
    expect(existsSync(join(world.root, 'touched'))).toBe(false);
  });

  it('find targets by looking, and take none for an answer that stops the run', async () => {
    const found = (json: string) =>
      touching({
        cohort: { discover: { name: 'list', kind: 'exec', command: ['printf', json] }, at: '/json', share: 100 },
        limits: { blastRadius: 9 },
      });
    const outcome = async (json: string) => {
      const { outcome, reason } = await runOf(found(json), await runnerOn(worldWith([])));
      return `${outcome}: ${reason}`;
    };
    expect(await outcome('["x", "y"]')).toMatch(/^pass/);
    expect(await outcome('[]')).toBe('not-run: there is no target');
    expect(await outcome('{"x": 1}')).toMatch(/^fail: nothing was done, for lack of data: the targets are no list/);
    expect(await outcome('[1]')).toMatch(/^fail: nothing was done/);
  });

  it('refuse a control that runs too often, however many processes have run it', async () => {
    const runner = await runnerOn(worldWith([]));
    const control = lookingControl({ limits: { rate: { runs: 2, per: 'PT1H' } } });
    const outcomes = [];
    for (let i = 0; i < 3; i++) outcomes.push((await runOf(control, runner)).outcome);
    expect(outcomes).toEqual(['pass', 'pass', 'not-run']);
    const later = { ...runner, world: { ...runner.world, now: () => new Date(Date.now() + 3_601_000) } };
    expect((await runOf(control, later)).outcome).toBe('pass');
  });

  it('refuse an expired control, from the moment after its last day', async () => {
    const control = lookingControl({ expires: '2026-11-20' });
    const on = async (now: string) =>
      (await runOf(control, await runnerOn(worldWith([], { now: () => new Date(now) })))).outcome;
    expect([await on('2026-11-20T23:59:59Z'), await on('2026-11-21T00:00:00Z')]).toEqual(['pass', 'not-run']);
  });

  it('do not disturb a service that is not healthy', async () => {
    const world = worldWith([]);
    const record = await runOf(touching({ health: { probes: [FALSE] } }), await runnerOn(world));
    expect(record).toMatchObject({ outcome: 'not-run', reason: expect.stringContaining('it is not healthy: false') });
    expect(existsSync(join(world.root, 'touched'))).toBe(false);
  });

  it('do nothing where the state before cannot be seen: it could never be shown to be back', async () => {
    const state = [{ name: 'list', kind: 'document', path: 'missing.json' }];
    const world = worldWith([]);
    expect(await runOf(touching({ state }), await runnerOn(world))).toMatchObject({ outcome: 'fail' });
    expect(existsSync(join(world.root, 'touched'))).toBe(false);
  });

  it.each([
    ['an address outside the allow-list', { kind: 'http', method: 'DELETE', url: 'https://elsewhere.example/x' }],
    ['a secret that is not set', { kind: 'exec', command: ['true', '${env:NOBODY_SETS_THIS}'] }],
    ['a text and gets a number', { kind: 'remove', path: '${state:/true/exit}' }],
    ['a database that nobody named', { kind: 'sql', connection: 'env:NOBODY_SETS_THIS', query: 'SELECT 1' }],
  ])('refuse a rollback that needs %s, while there is nothing to roll back', async (_what, step) => {
    const world = worldWith([]);
    const record = await runOf(touching({ rollback: [{ name: 'undo', ...step }] }), await runnerOn(world));
    expect(record).toMatchObject({ outcome: 'not-run', reason: expect.stringContaining('"undo" cannot be done') });
    expect(existsSync(join(world.root, 'touched'))).toBe(false);
  });

  it('hold a control back whose earlier rollback is pending', async () => {
    const runner = await runnerOn(worldWith([]));
    const control = touching({ rollback: [{ name: 'undo', kind: 'exec', command: ['false'] }] });
    expect((await runOf(control, runner)).outcome).toBe('fail');
    expect(await runOf(control, runner)).toMatchObject({
      outcome: 'not-run',
      reason: expect.stringContaining('is still pending'),
    });
  });
});
