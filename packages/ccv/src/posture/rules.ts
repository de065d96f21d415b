// SPDX-License-Identifier: Apache-2.0
import type { Rule } from '@helios/core/finding';

/** A namespace that lets nothing out by default, and asks for names. */
const CLOSED = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: lab}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
`;

function workload(pod: string, labels = '{app: web}'): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: lab, labels: ${labels}}
spec: ${pod}
---
`;
}

const PLAIN = '{containers: [{name: main, image: "web:1"}]}';
const TOKENLESS = '{automountServiceAccountToken: false, containers: [{name: main, image: "web:1"}]}';
const SANDBOX = '{workload-type: sandbox}';
const ML = '{workload-type: ml}';

function egress(rules: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-egress-external-allowlisted, namespace: lab}
spec: {podSelector: {}, policyTypes: [Egress], egress: ${rules}}
---
`;
}

const DNS = `[{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}]}]`;

export const POSTURE_RULES = [
  {
    id: 'posture/invalid-manifest',
    major: 1,
    level: 'error',
    title: 'An object is not what Kubernetes would take',
    why: 'A policy that the API server refuses protects nothing, and what cannot be read cannot be judged.',
    fix: 'Correct the field that the message names.',
    example: {
      bad: egress('[{to: [{ipBlock: {cidr: 192.0.2.0}}]}]'),
      good: egress('[{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}]'),
    },
  },
  {
    id: 'posture/unsupported-kind',
    major: 1,
    level: 'error',
    title: 'An object decides who may talk to whom, and is not evaluated here',
    why: 'Policies of network plugins, overlay networks and second interfaces allow, deny or go around what NetworkPolicies say, so a verdict without them may be wrong.',
    fix: 'Say it with NetworkPolicy or ClusterNetworkPolicy, or have an exception approved that names what was checked by hand.',
    example: {
      bad: 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: open, namespace: lab}\nspec: {}\n',
      good: CLOSED,
    },
  },
  {
    id: 'posture/duplicate-object',
    major: 1,
    level: 'error',
    title: 'Two objects have the same kind, namespace and name',
    why: 'The one that is applied last replaces the other, so half of what was reviewed is not in the cluster.',
    fix: 'Rename one of them, or judge one cluster at a time (`include`).',
    example: { bad: CLOSED + CLOSED, good: CLOSED },
  },
  {
    id: 'posture/undefined-order',
    major: 1,
    level: 'error',
    title: 'Two cluster-wide policies of a tier have the same priority',
    why: 'The API leaves open which of them decides, so plugins differ, and a deny may lose.',
    fix: 'Give each its own priority.',
    example: { bad: priorities(5, 5), good: priorities(5, 6) },
  },
  {
    id: 'posture/dead-rule',
    major: 1,
    level: 'warning',
    title: 'A rule of a policy does nothing',
    why: 'Whoever wrote it believes in a protection or a permission that is not there.',
    fix: 'List its direction in policyTypes, or name ports of addresses by number.',
    example: {
      bad: egress('[{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: https}]}]'),
      good: egress('[{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: 443}]}]'),
    },
  },
  {
    id: 'posture/idle-policy',
    major: 1,
    level: 'note',
    title: 'A policy selects no workload of these manifests',
    why: 'A misspelt label or the wrong namespace looks the same as a policy for what is yet to come.',
    fix: 'Compare its podSelector and namespace with the labels of the Pods that it is for.',
    example: { bad: CLOSED, good: CLOSED + workload(PLAIN) },
  },
  {
    id: 'posture/uncertain-address',
    major: 1,
    level: 'warning',
    title: 'A rule names addresses of the cluster itself',
    why: 'ipBlock is meant for the outside. Whether it counts for Pods differs between network plugins, so it is not counted here.',
    fix: 'Name Pods by their labels, and keep the networks of the cluster out of ipBlock (`except`).',
  },
  {
    id: 'posture/open-egress',
    major: 1,
    level: 'error',
    title: 'A namespace has no default deny of egress',
    why: 'A Pod that no policy selects may send anything anywhere, and a podSelector with Ingress alone leaves egress open.',
    fix: 'Add a NetworkPolicy with podSelector {} and policyTypes [Egress], and allow what is needed beside it.',
    example: {
      bad: workload(PLAIN) + CLOSED.replace('[Ingress, Egress]', '[Ingress]'),
      good: workload(PLAIN) + CLOSED,
    },
  },
  {
    id: 'posture/broad-egress',
    major: 1,
    level: 'error',
    title: 'A policy allows egress to more than a narrow network',
    why: 'Policies only add up: one rule to everywhere undoes every deny and every allow-list beside it.',
    fix: 'Name the addresses that are needed, and put them into the inventory of destinations; widen `broadest` only with a reason.',
    example: {
      bad: egress('[{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]'),
      good: egress('[{to: [{ipBlock: {cidr: 192.0.2.7/32}}], ports: [{port: 443}]}]'),
    },
  },
  {
    id: 'posture/unknown-destination',
    major: 1,
    level: 'error',
    title: 'A policy allows egress to what no inventory names',
    why: 'An address without a name has no owner and no reason, and nobody notices when it changes hands.',
    fix: 'Add it, with owner and reason, to an inventory of destinations (helios/destinations/v1), or take the rule away.',
    example: { bad: egress('[{to: [{ipBlock: {cidr: 192.0.2.7/32}}]}]'), good: egress(DNS) },
  },
  {
    id: 'posture/sandbox-egress',
    major: 1,
    level: 'error',
    title: 'A sandbox can reach more than names and its own hosts',
    why: 'What it opens is hostile by assumption: any way out is one for stolen data and for orders.',
    fix: 'Close or narrow the rule that the message names; give hosts that it needs `sandbox: true` in the inventory.',
    example: { bad: workload(TOKENLESS, SANDBOX), good: workload(TOKENLESS, SANDBOX) + CLOSED + egress(DNS) },
  },
  {
    id: 'posture/sandbox-credentials',
    major: 1,
    level: 'error',
    title: 'A sandbox holds a secret or a token',
    why: 'A document that takes the sandbox over takes what it holds, too.',
    fix: 'Set automountServiceAccountToken: false, and hand over what it needs without secrets.',
    example: { bad: workload(PLAIN, SANDBOX), good: workload(TOKENLESS, SANDBOX) },
  },
  {
    id: 'posture/node-access',
    major: 1,
    level: 'error',
    title: 'A confined workload can act on its node',
    why: 'On the network of the node no policy binds it, and from the node it reads the secrets of all Pods there.',
    fix: 'Take hostNetwork, hostPID, hostIPC, hostPath and privileged away.',
    example: {
      bad: workload(`{hostNetwork: true, ${TOKENLESS.slice(1)}`, SANDBOX),
      good: workload(TOKENLESS, SANDBOX),
    },
  },
  {
    id: 'posture/ml-secrets',
    major: 1,
    level: 'error',
    title: 'A machine learning workload has a path to secrets',
    why: 'Models and their loaders run code that came with data. By a mounted secret, a token, or any role of its account, that code reads credentials.',
    fix: 'Mount no secret and no token, and take from its service account what the message names.',
    example: { bad: workload(PLAIN, ML), good: workload(TOKENLESS, ML) },
  },
  {
    id: 'posture/ml-storage',
    major: 1,
    level: 'error',
    title: 'A machine learning workload has a path to storage',
    why: 'Where it can write, training data and weights can leave; where it can read, poisoned ones come in.',
    fix: 'Hand data in and out through a service that checks it, and close the volume or rule that the message names.',
    example: {
      bad: workload(`{volumes: [{name: data, persistentVolumeClaim: {claimName: corpus}}], ${TOKENLESS.slice(1)}`, ML),
      good: workload(TOKENLESS, ML),
    },
  },
  {
    id: 'posture/unproven-enforcement',
    major: 1,
    level: 'warning',
    wide: true,
    title: 'Nothing proves that the cluster enforces its policies',
    why: 'Without a network plugin that enforces it a NetworkPolicy is text: it is stored, shown, and binds nobody.',
    fix: 'Run a control that tries a forbidden connection (sec-ccv run), and name it under gates.posture.enforcement.',
    example: { bad: CLOSED, good: workload(PLAIN) },
  },
] as const satisfies readonly Rule[];

function priorities(...numbers: readonly number[]): string {
  return numbers
    .map(
      (priority, index) => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: policy-${index}}
spec:
  tier: Admin
  priority: ${priority}
  subject: {namespaces: {}}
  egress: [{action: Deny, to: [{namespaces: {}}]}]
`,
    )
    .join('---\n');
}
