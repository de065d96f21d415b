// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { CLUSTER_POLICIES } from './cluster-policy.ts';
import { readNetworkPolicy } from './network-policy.ts';
import {
  type DocumentFile,
  inside,
  type KubernetesObject,
  type Place,
  type Problem,
  readObjects,
  valueAt,
} from './object.ts';
import type { ClusterPolicy, NetworkPolicy } from './policy.ts';
import { type Binding, readBinding, readRole, type Role } from './rbac.ts';
import type { Labels } from './selector.ts';
import { metadataSchema } from './values.ts';
import { isWorkload, readWorkload, type Workload } from './workload.ts';

interface ServiceAccount {
  readonly name: string;
  readonly namespace: string;
  readonly automount: boolean | undefined;
  readonly place: Place;
}

/** An object that decides who may talk to whom, and is not evaluated here. */
interface Unsupported {
  readonly place: Place;
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
}

/** What manifests say of a cluster, as far as it bears on who can reach what. */
export interface Model {
  readonly workloads: readonly Workload[];
  /** Labels of namespaces by name; one that is only named has the label that Kubernetes gives each. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly namespacePlaces: ReadonlyMap<string, Place>;
  readonly policies: readonly NetworkPolicy[];
  readonly clusterPolicies: readonly ClusterPolicy[];
  readonly roles: readonly Role[];
  readonly bindings: readonly Binding[];
  readonly serviceAccounts: readonly ServiceAccount[];
  readonly problems: readonly Problem[];
  readonly unsupported: readonly Unsupported[];
  /** Objects that have the kind, namespace and name of one before: only one of them can be in the cluster. */
  readonly doubles: readonly { readonly place: Place; readonly first: Place; readonly subject: string }[];
}

/** The label that every namespace has (Kubernetes 1.21 and later). */
const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Kinds of other policies, overlays and second interfaces: they allow, deny or go around what is read here. */
const OTHER_NETWORKS = /NetworkPolicy$|^EgressFirewall$|^(?:Cluster)?UserDefinedNetwork$|^NetworkAttachmentDefinition$/;

interface Draft {
  readonly workloads: Workload[];
  readonly namespaces: Map<string, Labels>;
  readonly namespacePlaces: Map<string, Place>;
  readonly policies: NetworkPolicy[];
  readonly clusterPolicies: ClusterPolicy[];
  readonly roles: Role[];
  readonly bindings: Binding[];
  readonly serviceAccounts: ServiceAccount[];
  readonly problems: Problem[];
  readonly unsupported: Unsupported[];
  readonly doubles: { place: Place; first: Place; subject: string }[];
}

/** Reads manifests, in any order. What cannot be read becomes a problem and is not part of the model. */
export function readModel(files: readonly DocumentFile[]): Model {
  const { objects, problems } = readObjects(files);
  const draft: Draft = {
    workloads: [],
    namespaces: new Map(),
    namespacePlaces: new Map(),
    policies: [],
    clusterPolicies: [],
    roles: [],
    bindings: [],
    serviceAccounts: [],
    problems: [...problems],
    unsupported: [],
    doubles: [],
  };
  const seen = new Map<string, Place>();
  for (const object of objects) {
    try {
      const reader = readerOf(object);
      if (!reader) continue;
      reader(object, draft);
      noteDouble(object, seen, draft);
    } catch (thrown) {
      if (!(thrown instanceof z.ZodError)) throw thrown;
      draft.problems.push(...problemsOf(object, thrown));
    }
  }
  for (const { namespace } of [...draft.workloads, ...draft.policies])
    if (!draft.namespaces.has(namespace)) draft.namespaces.set(namespace, { [NAME_LABEL]: namespace });
  return draft;
}

type Reader = (object: KubernetesObject, draft: Draft) => void;

/** Readers by API group and kind; the version may be any but where a kind changed between versions. */
const READERS: Readonly<Record<string, Reader>> = {
  '/Namespace': (object, draft) => {
    const { metadata } = z.looseObject({ metadata: metadataSchema }).parse(object.written);
    draft.namespaces.set(metadata.name, { ...metadata.labels, [NAME_LABEL]: metadata.name });
    draft.namespacePlaces.set(metadata.name, object.place);
  },
  '/ServiceAccount': (object, draft) => {
    const { metadata, automountServiceAccountToken: automount } = z
      .looseObject({ metadata: metadataSchema, automountServiceAccountToken: z.boolean().optional() })
      .parse(object.written);
    const { name, namespace = 'default' } = metadata;
    draft.serviceAccounts.push({ name, namespace, automount, place: object.place });
  },
  'networking.k8s.io/NetworkPolicy': (object, draft) => draft.policies.push(readNetworkPolicy(object)),
  'policy.networking.k8s.io/v1alpha1/AdminNetworkPolicy': clusterReader('AdminNetworkPolicy'),
  'policy.networking.k8s.io/v1alpha1/BaselineAdminNetworkPolicy': clusterReader('BaselineAdminNetworkPolicy'),
  'policy.networking.k8s.io/v1alpha2/ClusterNetworkPolicy': clusterReader('ClusterNetworkPolicy'),
  'rbac.authorization.k8s.io/Role': (object, draft) => draft.roles.push(readRole(object)),
  'rbac.authorization.k8s.io/ClusterRole': (object, draft) => draft.roles.push(readRole(object)),
  'rbac.authorization.k8s.io/RoleBinding': (object, draft) => draft.bindings.push(readBinding(object)),
  'rbac.authorization.k8s.io/ClusterRoleBinding': (object, draft) => draft.bindings.push(readBinding(object)),
};

function clusterReader(kind: ClusterPolicy['kind']): Reader {
  return (object, draft) => draft.clusterPolicies.push(CLUSTER_POLICIES[kind](object));
}

function readerOf(object: KubernetesObject): Reader | undefined {
  const { apiVersion, kind } = object;
  const known = READERS[`${groupOf(apiVersion)}/${kind}`] ?? READERS[`${apiVersion}/${kind}`];
  if (known) return known;
  if (OTHER_NETWORKS.test(kind))
    return (_, draft) => draft.unsupported.push({ place: object.place, kind, apiVersion, name: subjectOf(object) });
  return isWorkload(object) ? (each, draft) => draft.workloads.push(readWorkload(each)) : undefined;
}

/** `apps` of `apps/v1`; empty for the core group, `v1`. */
function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
}

function noteDouble(object: KubernetesObject, seen: Map<string, Place>, draft: Draft): void {
  const subject = subjectOf(object);
  if (subject === '') return;
  const key = `${groupOf(object.apiVersion)} ${object.kind} ${subject}`;
  const first = seen.get(key);
  if (first) draft.doubles.push({ place: object.place, first, subject: `${object.kind} ${subject}` });
  else seen.set(key, object.place);
}

/** `namespace/name`, or the name alone where no namespace is written. */
function subjectOf({ written }: KubernetesObject): string {
  const { name, namespace } = (written['metadata'] ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string') return '';
  return typeof namespace === 'string' ? `${namespace}/${name}` : name;
}

function problemsOf(object: KubernetesObject, { issues }: z.ZodError): Problem[] {
  const subject = `${object.kind} ${subjectOf(object)}`.trim();
  return issues.map((issue) => {
    const steps = issue.path.filter((step) => typeof step !== 'symbol');
    const where = steps.join('.');
    const place = inside(object.place, steps);
    if (issue.code === 'unrecognized_keys') {
      const [unknown = ''] = issue.keys;
      return { place: inside(place, [unknown]), subject, message: `there is no field "${unknown}" in ${where}` };
    }
    if (valueAt(object.written, steps) === undefined) return { place, subject, message: `${where} is missing` };
    const [inner] = issue.code === 'invalid_key' ? issue.issues : [];
    return { place, subject, message: `${where}: ${inner?.message ?? issue.message}` };
  });
}
