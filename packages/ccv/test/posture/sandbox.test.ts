// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { clusterPolicy, namespace, pod, policy } from '../netpol/stage.ts';
import { inventory, judge, told } from './stage.ts';

const LABELS = { 'workload-type': 'sandbox', app: 'detonate' };
const BOX = pod('lab/box', LABELS, '', ', automountServiceAccountToken: false');
const DENY = policy('lab/deny', '{podSelector: {}, policyTypes: [Egress]}');
const DNS_POD = pod('kube-system/dns', { 'k8s-app': 'kube-dns' });
const DNS_PEER =
  '{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}';
const PORT_53 = 'ports: [{port: 53, protocol: UDP}, {port: 53}]';
const HOSTS = inventory(
  '{name: verdicts, owner: lab, reason: results, cidrs: [192.0.2.7/32], ports: [TCP/443], sandbox: true}',
  '{name: mirror, owner: platform, reason: builds, cidrs: [192.0.2.8/32]}',
);

function allow(rules: string, name = 'lab/allow'): string {
  return policy(name, `{podSelector: {matchLabels: {app: detonate}}, policyTypes: [Egress], egress: ${rules}}`);
}

function admin(to: string, action = 'Deny'): string {
  return clusterPolicy(
    'sandbox',
    `{tier: Admin, priority: 1, subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {workload-type: sandbox}}}}, egress: [{action: ${action}, to: [${to}]}]}`,
  );
}

/** What is said of the sandbox's ways out, without the lines. */
async function escapes(...texts: readonly string[]): Promise<string[]> {
  return (await told('sandbox-egress', BOX + texts.join(''), HOSTS)).map((each) => each.replace(/^\d+ /, ''));
}

describe('a sandbox that detonates documents', () => {
  it('is open where no policy limits it', async () => {
    expect(await escapes(DNS_POD)).toEqual([
      'lab/box[Pod] may open all connections to kube-system/dns[Pod], Pods elsewhere, 0.0.0.0/0, ::/0: no policy limits its egress',
    ]);
  });

  it('may ask for names, whether or not their Pods are in the manifests', async () => {
    const dns = allow(`[{to: [${DNS_PEER}], ${PORT_53}}]`);
    expect(await escapes(DENY, dns)).toEqual([]);
    expect(await escapes(DENY, dns, DNS_POD)).toEqual([]);
  });

  it('may not ask the same Pods for anything else', async () => {
    expect(await escapes(DENY, DNS_POD, allow(`[{to: [${DNS_PEER}]}]`))).toEqual([
      'lab/box[Pod] may open SCTP 1-65535,TCP 1-52,54-65535,UDP 1-52,54-65535 to kube-system/dns[Pod]: egress[0] of NetworkPolicy lab/allow allows all connections',
    ]);
  });

  it('may reach the hosts that the inventory gives it, and no others', async () => {
    const to = (address: string) => allow(`[{to: [{ipBlock: {cidr: ${address}/32}}], ports: [{port: 443}]}]`);
    expect(await escapes(DENY, to('192.0.2.7'))).toEqual([]);
    expect(await escapes(DENY, to('192.0.2.8'))).toEqual([
      'lab/box[Pod] may open TCP 443 to 192.0.2.8: egress[0] of NetworkPolicy lab/allow allows TCP 443',
    ]);
  });

  it('may reach hosts side by side by one rule for them all', async () => {
    const hosts = inventory(
      '{name: a, owner: lab, reason: r, cidrs: [192.0.2.0/29], sandbox: true}',
      '{name: b, owner: lab, reason: r, cidrs: [192.0.2.8/29], ports: [TCP/443], sandbox: true}',
    );
    const to = (ports: string) => BOX + DENY + allow(`[{to: [{ipBlock: {cidr: 192.0.2.0/28}}], ports: [${ports}]}]`);
    expect(await told('sandbox-egress', to('{port: 443}'), hosts)).toEqual([]);
    expect(await told('sandbox-egress', to('{port: 443}, {port: 80}'), hosts)).toEqual([
      expect.stringContaining('may open TCP 80 to 192.0.2.8/29: egress[0]'),
    ]);
  });

  it('is not confined by a default deny beside which a managed policy leads to the internet', async () => {
    const managed = allow('[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]', 'lab/managed');
    expect(await escapes(DENY, managed)).toEqual([expect.stringContaining('egress[0] of NetworkPolicy lab/managed')]);
  });

  it('is told at the rule that opens the way', async () => {
    const { findings } = await judge(
      { 'box.yaml': BOX, 'open.yaml': DENY + allow('[{to: [{podSelector: {}}]}, {}]') },
      '',
    );
    const own = findings.filter(({ ruleId }) => ruleId === 'posture/sandbox-egress');
    expect(own.map(({ location }) => location.path)).toEqual(own.map(() => 'open.yaml'));
    expect(own.length).toBeGreaterThan(0);
  });

  it('may not go to Pods of which none is in the manifests yet', async () => {
    expect(await escapes(DENY, allow('[{to: [{namespaceSelector: {matchLabels: {team: x}}}]}]'))).toEqual([
      expect.stringContaining('to Pods that are not in these manifests (namespace team=x, Pods all)'),
    ]);
  });

  it('is confined by an Admin deny, whatever policies of its namespace allow', async () => {
    expect(await escapes(admin('{namespaces: {}}, {networks: [0.0.0.0/0, "::/0"]}'), allow('[{}]'))).toEqual([]);
  });

  it('is not confined where only the outside is denied: Pods that are in no manifest are open', async () => {
    const outside = admin('{networks: [10.0.0.0/8, 0.0.0.0/1, 128.0.0.0/1, "::/0"]}');
    expect(await escapes(outside)).toEqual([
      'lab/box[Pod] may open all connections to Pods elsewhere: no policy limits its egress',
    ]);
  });

  it('is not confined where nodes are accepted, whose addresses nobody knows here', async () => {
    const nodes = admin('{nodes: {}}', 'Accept');
    expect(await escapes(DENY, nodes)).toEqual([
      'lab/box[Pod] may open all connections to nodes: egress[0] of ClusterNetworkPolicy sandbox allows all connections',
    ]);
  });

  it('is known by labels one level too high: of its Deployment, or of its namespace', async () => {
    const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: box, namespace: lab, labels: {workload-type: sandbox}}
spec: {template: {metadata: {labels: {app: box}}, spec: {containers: [{name: main}]}}}
---`;
    expect(await told('sandbox-egress', deployment)).toHaveLength(1);
    expect(
      await told('sandbox-egress', pod('lab/box') + namespace('lab', { 'workload-type': 'sandbox' })),
    ).toHaveLength(1);
  });

  it.each(['CronJob', 'Job', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Rollout'])(
    'is found in the template of a %s, in a List and in a later document',
    async (kind) => {
      const template = '{metadata: {labels: {workload-type: sandbox}}, spec: {containers: [{name: main}]}}';
      const spec = kind === 'CronJob' ? `{jobTemplate: {spec: {template: ${template}}}}` : `{template: ${template}}`;
      const object = `{apiVersion: x/v1, kind: ${kind}, metadata: {name: box, namespace: lab}, spec: ${spec}}`;
      expect(await told('sandbox-credentials', `a: 1\n---\n${object}\n`)).toHaveLength(1);
      expect(await told('sandbox-credentials', `{apiVersion: v1, kind: List, items: [${object}]}\n`)).toHaveLength(1);
    },
  );
});

describe('what a sandbox holds', () => {
  const box = (spec: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: box, namespace: lab, labels: {workload-type: sandbox}}
spec: ${spec}
---`;
  const account = (automount: boolean): string => `
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: lab}
automountServiceAccountToken: ${automount}
---`;

  it.each([
    ['{containers: []}', 'the token of service account "default"'],
    ['{automountServiceAccountToken: true, serviceAccountName: job}', 'the token of service account "job"'],
    ['{automountServiceAccountToken: false, volumes: [{name: a, secret: {secretName: s}}]}', 'secret "s" as a volume'],
    [
      '{automountServiceAccountToken: false, volumes: [{name: a, projected: {sources: [{secret: {name: s}}]}}]}',
      'secret "s" in a projected volume',
    ],
    [
      '{automountServiceAccountToken: false, volumes: [{name: a, projected: {sources: [{serviceAccountToken: {path: t}}]}}]}',
      'a token in a projected volume',
    ],
    [
      '{automountServiceAccountToken: false, volumes: [{name: a, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: s}}}]}',
      'secret "s" by the Secrets Store CSI driver',
    ],
    [
      '{automountServiceAccountToken: false, containers: [{env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]}',
      'secret "s" in the environment',
    ],
    [
      '{automountServiceAccountToken: false, initContainers: [{envFrom: [{secretRef: {name: s}}]}]}',
      'secret "s" as the environment',
    ],
  ])('is seen in %s', async (spec, what) => {
    expect(await told('sandbox-credentials', box(spec))).toEqual([
      expect.stringContaining(`lab/box[Pod] is given ${what}`),
    ]);
  });

  it('is no token where its service account says so, unless the Pod says otherwise', async () => {
    expect(await told('sandbox-credentials', box('{}') + account(false))).toEqual([]);
    expect(
      await told('sandbox-credentials', box('{automountServiceAccountToken: true}') + account(false)),
    ).toHaveLength(1);
    expect(await told('sandbox-credentials', box('{automountServiceAccountToken: false}') + account(true))).toEqual([]);
  });

  it.each([
    'hostNetwork: true',
    'hostPID: true',
    'hostIPC: true',
    'volumes: [{name: h, hostPath: {path: /}}]',
    'containers: [{securityContext: {privileged: true}}]',
  ])('is the node with %s', async (spec) => expect(await told('node-access', box(`{${spec}}`))).toHaveLength(1));
});
