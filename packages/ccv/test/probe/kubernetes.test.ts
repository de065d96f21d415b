// SPDX-License-Identifier: Apache-2.0
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import type { World } from '../../src/probe/world.ts';
import { runControlBuilt, UNBUILT } from '../built.ts';
import { lookingControl, runnerOn, runOf, worldWith } from '../stage.ts';
import { ClusterDouble } from './cluster-double.ts';
import { act, look } from './look.ts';

const NO_KUBECTL =
  spawnSync('kubectl', ['version', '--client']).error === undefined ? '' : ' (skipped: no kubectl here)';
const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

const SCALE_DOWN = lookingControl({
  health: { probes: [{ name: 'api', kind: 'kubernetes', object: WEB, expect: { '/found': true } }] },
  state: [{ name: 'web', kind: 'kubernetes', object: WEB }],
  steady: [{ name: 'replicas', kind: 'kubernetes', object: WEB, expect: { '/object/spec/replicas': 3 } }],
  action: [{ name: 'scale down', kind: 'kubernetes', verb: 'patch', object: WEB, content: { spec: { replicas: 1 } } }],
  verify: [{ name: 'scaled', kind: 'kubernetes', object: WEB, expect: { '/object/spec/replicas': 1 } }],
  rollback: [
    {
      name: 'scale back',
      kind: 'kubernetes',
      verb: 'patch',
      object: WEB,
      content: { spec: { replicas: '${state:/web/object/spec/replicas}' } },
    },
  ],
});

let cluster: ClusterDouble;
let world: World;

beforeEach(async () => {
  cluster = await ClusterDouble.open();
  world = worldWith([cluster.host], { env: { PATH: process.env['PATH'], KUBECONFIG: cluster.kubeconfig } });
  const { apiVersion, kind, namespace, name } = WEB;
  cluster.put('deployments', { apiVersion, kind, metadata: { name, namespace }, spec: { replicas: 3 } });
  for (const pod of ['web-1', 'web-2', 'api-1']) {
    const labels = { app: pod.split('-')[0] ?? '' };
    cluster.put('pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, namespace, labels } });
  }
});

describe('a cluster, through the official client', () => {
  it('shows an object, those with a label, and that there is none', async () => {
    const ask = (object: object, more = {}) => look({ kind: 'kubernetes', object, ...more }, world);
    expect(await ask(WEB)).toMatchObject({ found: true, object: { spec: { replicas: 3 } } });
    expect(await ask({ ...WEB, name: 'none' })).toEqual({ found: false });
    const pods = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop' };
    expect(await ask(pods, { selector: 'app=web' })).toMatchObject({ count: 2 });
    expect(await ask(pods)).toMatchObject({ count: 3 });
    await expect(ask({ ...WEB, kind: 'Gizmo' })).rejects.toMatchObject({ name: 'NoData' });
  });

  it('is not spoken to where the allow-list does not name it, nor in a context that is not there', async () => {
    const observation = { kind: 'kubernetes', object: WEB };
    await expect(look(observation, { ...world, network: { allow: [], private: [] } })).rejects.toMatchObject({
      code: 'config',
    });
    await expect(look({ ...observation, context: 'other' }, world)).rejects.toThrow('has no context other');
  });

  it('is changed by patch, apply and delete, each of which may be repeated', async () => {
    const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: 'shop', name: 'deny' };
    const content = { spec: { podSelector: {}, policyTypes: ['Egress'] } };
    for (const _twice of [1, 2]) await act({ kind: 'kubernetes', verb: 'apply', object: policy, content }, world);
    expect(cluster.object('shop', 'networkpolicies', 'deny')).toMatchObject(content);
    await act({ kind: 'kubernetes', verb: 'patch', object: WEB, content: { spec: { replicas: 0 } } }, world);
    expect(cluster.object('shop', 'deployments', 'web')).toMatchObject({ spec: { replicas: 0 } });
    const gone = { kind: 'kubernetes', verb: 'delete', object: policy };
    await act(gone, world);
    await expect(act(gone, world)).rejects.toThrow('there is no NetworkPolicy shop/deny');
    await expect(act(gone, world, 'rollback')).resolves.toBeUndefined();
  });

  it('is as it was after a run, replicas out of the state and counters apart', async () => {
    const record = await runOf(SCALE_DOWN, await runnerOn(world));
    expect(record).toMatchObject({ outcome: 'pass', rollback: { verified: true, transcript: { residual: [] } } });
    expect(record.rollback?.transcript?.ignored).toContain('/web/object/metadata/resourceVersion');
    expect(cluster.object('shop', 'deployments', 'web')).toMatchObject({ spec: { replicas: 3 } });
    expect(cluster.effects).toEqual(['PATCH shop/deployments/web', 'PATCH shop/deployments/web']);
  });

  it.skipIf(UNBUILT !== '')(`is changed and put back by the program as it is shipped${UNBUILT}`, async () => {
    const { exit, output, records } = await runControlBuilt(SCALE_DOWN, [cluster.host], {
      KUBECONFIG: cluster.kubeconfig,
    });
    expect([exit, output]).toEqual([0, expect.stringContaining('looks  pass')]);
    expect(records).toMatchObject([{ outcome: 'pass', rollback: { verified: true } }]);
    expect(cluster.effects).toEqual(['PATCH shop/deployments/web', 'PATCH shop/deployments/web']);
  });

  it('touches canaries of what it finds there', async () => {
    const labels = (labels: object) => ({ metadata: { labels } });
    const pod = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: '${target}' };
    const patch = (name: string, content: object) => ({
      name,
      kind: 'kubernetes',
      verb: 'patch',
      object: pod,
      content,
    });
    const pods = {
      kind: 'kubernetes',
      object: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop' },
      selector: 'app=web',
    };
    const control = lookingControl({
      cohort: {
        discover: {
          name: 'pods of web',
          kind: 'exec',
          command: ['printf', '["web-1","web-2"]'],
        },
        at: '/json',
        share: 50,
      },
      health: { probes: [{ name: 'there', ...pods, expect: { '/count': 2 } }] },
      state: [{ name: 'pod', kind: 'kubernetes', object: pod }],
      steady: [
        {
          name: 'not marked',
          kind: 'kubernetes',
          object: pod,
          expect: { '/object/metadata/labels/marked': { absent: true } },
        },
      ],
      action: [patch('mark', labels({ marked: 'yes' }))],
      verify: [
        { name: 'marked', kind: 'kubernetes', object: pod, expect: { '/object/metadata/labels/marked': 'yes' } },
      ],
      rollback: [patch('unmark', labels({ marked: null }))],
    });
    expect(await runOf(control, await runnerOn(world, undefined, () => 0))).toMatchObject({ outcome: 'pass' });
    expect(cluster.effects).toEqual(['PATCH shop/pods/web-1', 'PATCH shop/pods/web-1']);
  });
});

describe('the double', () => {
  it.skipIf(NO_KUBECTL !== '')(`says the same to kubectl${NO_KUBECTL}`, async () => {
    const kubectl = async (...args: readonly string[]): Promise<string> => {
      const env = { PATH: process.env['PATH'], KUBECONFIG: cluster.kubeconfig, HOME: world.root };
      return (await promisify(execFile)('kubectl', ['-n', 'shop', ...args], { env })).stdout.trim();
    };
    expect(await kubectl('get', 'pods', '-l', 'app=web', '-o', 'name')).toBe('pod/web-1\npod/web-2');
    await kubectl('label', 'pod', 'web-1', 'marked=yes');
    expect(
      await look(
        { kind: 'kubernetes', object: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-1' } },
        world,
      ),
    ).toMatchObject({
      object: { metadata: { labels: { marked: 'yes' } } },
    });
    const before = cluster.effects.length;
    await kubectl('label', 'pod', 'web-2', 'marked=yes', '--dry-run=server');
    expect(cluster.effects).toHaveLength(before);
    await kubectl('delete', 'pod', 'api-1', '--wait=false');
    expect(cluster.object('shop', 'pods', 'api-1')).toBeUndefined();
  });
});
