// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { call } from '../../core/test/cli/terminal.ts';
import { run } from '../src/cli.ts';
import { control, type Files, NOW, services } from './gate/stage.ts';

const SHOP: Files = { ...services({ shop: 1 }), ...control('alpha') };
const OPEN =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: n}\nspec: {containers: [{name: c, image: i}]}\n';

async function gatesOf(gates: string, ...paths: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await call(run, {
    args: ['check', '--no-evidence', '--no-cache', '--format', 'json', ...paths],
    files: { ...SHOP, 'pods.yaml': OPEN, 'helios.yaml': `version: 1\ngates: ${gates}\n` },
    now: new Date(NOW),
  });
  return (JSON.parse(stdout) as { gates: { gate: string }[] }).gates.map(({ gate }) => gate);
}

describe('sec-ccv check', () => {
  it('judges what helios.yaml configures of its gates, as sec gate does', async () => {
    expect(await gatesOf('{ccv: {}, posture: {include: [pods.yaml]}}')).toEqual(['ccv', 'posture']);
    expect(await gatesOf('{posture: {include: [pods.yaml]}}')).toEqual(['posture']);
    expect(await gatesOf('{ccv: {}}')).toEqual(['ccv']);
  });

  it('judges controls where nothing is configured, and where paths are named', async () => {
    expect(await gatesOf('{}')).toEqual(['ccv']);
    expect(await gatesOf('{ccv: {}, posture: {include: [pods.yaml]}}', 'controls/ccv')).toEqual(['ccv']);
  });

  it('explains the rules of both', async () => {
    for (const rule of ['ccv/expired-control', 'posture/open-egress'])
      expect(await call(run, { args: ['explain', rule] })).toMatchObject({ exit: 0 });
  });
});
