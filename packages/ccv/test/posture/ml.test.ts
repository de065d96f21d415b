// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { pod, policy } from '../netpol/stage.ts';
import { inventory, told } from './stage.ts';

const TRAIN = pod(
  'ml/train',
  { 'workload-type': 'ml' },
  '',
  ', automountServiceAccountToken: false, serviceAccountName: trainer',
);
const DENY = policy('ml/deny', '{podSelector: {}, policyTypes: [Egress]}');

function role(kind: string, name: string, rules: string, more = ''): string {
  const namespace = kind === 'Role' ? ', namespace: ml' : '';
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: {name: ${name}${namespace}${more}}
rules: ${rules}
---`;
}

function bind(
  kind: string,
  to: string,
  subject = '{kind: ServiceAccount, name: trainer, namespace: ml}',
  namespace = 'ml',
): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: {name: bound${kind === 'RoleBinding' ? `, namespace: ${namespace}` : ''}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ${to.split('/')[0]}, name: ${to.split('/')[1]}}
subjects: [${subject}]
---`;
}

const READ = '[{apiGroups: [""], resources: [secrets], verbs: [get]}]';

/** What leads from the workload to secrets, without the lines. */
async function roads(...texts: readonly string[]): Promise<string[]> {
  return (await told('ml-secrets', TRAIN + DENY + texts.join(''))).map((each) => each.replace(/^\d+ /, ''));
}

const SAID = 'service account "trainer" of ml/train[Pod] may';

describe('the service account of a machine learning workload', () => {
  it('leads to secrets by a Role, told at the rule of it that allows it', async () => {
    expect(await roads(role('Role', 'reader', READ), bind('RoleBinding', 'Role/reader'))).toEqual([
      `${SAID} read secrets: Role reader by RoleBinding bound`,
    ]);
  });

  it.each([
    ['any verb', '[{apiGroups: [""], resources: [secrets], verbs: ["*"]}]', 'read secrets'],
    ['any resource', '[{apiGroups: [""], resources: ["*"], verbs: [list]}]', 'read secrets'],
    ['any group', '[{apiGroups: ["*"], resources: [secrets], verbs: [watch]}]', 'read secrets'],
    [
      'one secret alone',
      '[{apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [db]}]',
      'read secrets (db)',
    ],
    [
      'new tokens',
      '[{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}]',
      'make tokens of service accounts',
    ],
    ['new Pods', '[{apiGroups: [""], resources: [pods], verbs: [create]}]', 'create Pods with any secret mounted'],
    [
      'commands in Pods',
      '[{apiGroups: [""], resources: ["*/exec"], verbs: [create]}]',
      'run commands in Pods that hold secrets',
    ],
    [
      'workloads',
      '[{apiGroups: [batch], resources: [jobs], verbs: [create]}]',
      'write workloads with any secret mounted',
    ],
    ['other names', '[{apiGroups: [""], resources: [users], verbs: [impersonate]}]', 'act as somebody else'],
  ])('leads to secrets by %s', async (_, rules, what) => {
    expect(await roads(role('ClusterRole', 'wide', rules), bind('ClusterRoleBinding', 'ClusterRole/wide'))).toEqual([
      `${SAID} ${what}: ClusterRole wide by ClusterRoleBinding bound`,
    ]);
  });

  it.each([
    ['reading other things', '[{apiGroups: [""], resources: [configmaps, pods], verbs: [get, list, watch]}]'],
    ['writing secrets alone', '[{apiGroups: [""], resources: [secrets], verbs: [create]}]'],
    ['secrets of another group', '[{apiGroups: [vault.example.com], resources: [secrets], verbs: [get]}]'],
  ])('does not by %s', async (_, rules) => {
    expect(await roads(role('Role', 'narrow', rules), bind('RoleBinding', 'Role/narrow'))).toEqual([]);
  });

  it.each([
    '{kind: Group, name: "system:serviceaccounts"}',
    '{kind: Group, name: "system:serviceaccounts:ml"}',
    '{kind: Group, name: "system:authenticated"}',
    '{kind: User, name: "system:serviceaccount:ml:trainer"}',
  ])('is meant by the subject %s', async (subject) => {
    expect(await roads(role('Role', 'reader', READ), bind('RoleBinding', 'Role/reader', subject))).toHaveLength(1);
  });

  it.each([
    '{kind: ServiceAccount, name: trainer, namespace: other}',
    '{kind: Group, name: "system:serviceaccounts:other"}',
    '{kind: User, name: trainer}',
  ])('is not meant by the subject %s', async (subject) =>
    expect(await roads(role('Role', 'reader', READ), bind('RoleBinding', 'Role/reader', subject))).toEqual([]),
  );

  it('has what an aggregated ClusterRole takes up from others', async () => {
    const sum = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: sum}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {part: "yes"}}]}
---`;
    const part = role('ClusterRole', 'part', READ, ', labels: {part: "yes"}');
    expect(await roads(sum, part, bind('RoleBinding', 'ClusterRole/sum'))).toHaveLength(1);
    expect(await roads(sum, role('ClusterRole', 'part', READ), bind('RoleBinding', 'ClusterRole/sum'))).toEqual([]);
  });

  it('has what the roles for users allow, with what was added to them', async () => {
    expect((await roads(bind('RoleBinding', 'ClusterRole/edit'))).length).toBeGreaterThan(0);
    expect(await roads(bind('RoleBinding', 'ClusterRole/view'))).toEqual([]);
    // A name that every object of JavaScript has is none of them.
    expect(await roads(bind('RoleBinding', 'ClusterRole/constructor'))).toEqual([
      expect.stringContaining('ClusterRole constructor by RoleBinding bound, which is not in these manifests'),
    ]);
    const added = role('ClusterRole', 'more', READ, ', labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}');
    expect(await roads(added, bind('RoleBinding', 'ClusterRole/view'))).toHaveLength(1);
  });

  it('cannot be judged where a role is not in the manifests', async () => {
    expect(await roads(bind('RoleBinding', 'ClusterRole/elsewhere'))).toEqual([
      'service account "trainer" of ml/train[Pod] has ClusterRole elsewhere by RoleBinding bound, which is not in these manifests',
    ]);
  });
});

describe('storage', () => {
  const LAKE = inventory(
    '{name: lake, owner: data, reason: exports, cidrs: [192.0.2.0/29], ports: [TCP/443], storage: true}',
  );

  it.each([
    ['a claim', '{name: v, persistentVolumeClaim: {claimName: corpus}}', 'volume "v" (corpus)'],
    ['a share', '{name: v, nfs: {server: a, path: /}}', 'volume "v" (nfs)'],
    ['a driver', '{name: v, csi: {driver: efs.csi.example.com}}', 'volume "v" (csi)'],
  ])('is reached by a volume: %s', async (_, volume, what) => {
    const spec = `, automountServiceAccountToken: false, volumes: [${volume}]`;
    const text = pod('ml/train', { 'workload-type': 'ml' }, '', spec) + DENY;
    expect(await told('ml-storage', text)).toEqual([expect.stringContaining(`has ${what}`)]);
  });

  it('is not reached by volumes that end with the Pod', async () => {
    const spec =
      ', automountServiceAccountToken: false, volumes: [{name: a, emptyDir: {}}, {name: b, configMap: {name: c}}]';
    expect(await told('ml-storage', pod('ml/train', { 'workload-type': 'ml' }, '', spec) + DENY)).toEqual([]);
  });

  it('is reached over the network: a destination that the inventory marks', async () => {
    const to = (cidr: string) =>
      policy(
        'ml/out',
        `{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: ${cidr}}}], ports: [{port: 443}]}]}`,
      );
    expect(await told('ml-storage', TRAIN + DENY + to('192.0.2.4/32'), LAKE)).toEqual([
      expect.stringContaining('may open TCP 443 to lake (192.0.2.4): egress[0] of NetworkPolicy ml/out'),
    ]);
    expect(await told('ml-storage', TRAIN + DENY + to('192.0.2.8/32'), LAKE)).toEqual([]);
  });

  it('is reached over the network: a workload that keeps data, if that lets it in', async () => {
    const store = pod('data/minio', { 'workload-type': 'storage' });
    expect(await told('ml-storage', TRAIN + store)).toEqual([
      expect.stringContaining('to data/minio[Pod]: no policy limits its egress'),
    ]);
    expect(await told('ml-storage', TRAIN + store + policy('data/deny', '{podSelector: {}}'))).toEqual([]);
    expect(await told('ml-storage', TRAIN + store + DENY)).toEqual([]);
  });
});
