// SPDX-License-Identifier: Apache-2.0
import type { Model } from '../netpol/model/model.ts';
import type { Binding, Permission, Role, Subject } from '../netpol/model/rbac.ts';
import { selects } from '../netpol/model/selector.ts';

/** A permission that a service account has, and what gives it. */
export interface Grant {
  readonly permission: Permission;
  readonly role: string;
  readonly binding: Binding;
}

/** A binding to a role that no manifest holds. */
export interface UnknownRole {
  readonly binding: Binding;
}

/**
 * All that a service account may do, by every role that is bound to it or to a group that it is in. Roles that
 * Kubernetes brings along are known; of others that are not here nobody can say what they allow.
 */
export function grantsOf(model: Model, namespace: string, account: string): (Grant | UnknownRole)[] {
  const bindings = model.bindings.filter(({ subjects, namespace: own }) =>
    subjects.some((subject) => isMeant(subject, namespace, account, own)),
  );
  return bindings.flatMap((binding): (Grant | UnknownRole)[] => {
    const permissions = permissionsOf(model, binding);
    const role = `${binding.role.kind} ${binding.role.name}`;
    return permissions ? permissions.map((permission) => ({ permission, role, binding })) : [{ binding }];
  });
}

function isMeant({ kind, name, namespace: own }: Subject, namespace: string, account: string, bound?: string): boolean {
  switch (kind) {
    case 'ServiceAccount':
      return name === account && (own ?? bound) === namespace;
    case 'Group':
      return ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`].includes(name);
    default:
      return kind === 'User' && name === `system:serviceaccount:${namespace}:${account}`;
  }
}

function permissionsOf({ roles }: Model, binding: Binding): readonly Permission[] | undefined {
  const { kind, name } = binding.role;
  const namespace = kind === 'Role' ? binding.namespace : undefined;
  const role = roles.find((each) => each.name === name && each.namespace === namespace);
  const builtIn = kind === 'ClusterRole' && Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (!role && !builtIn) return undefined;
  const labels = builtIn?.aggregates.map((each) => `rbac.authorization.k8s.io/aggregate-to-${each}`) ?? [];
  const takenUp = roles.filter(
    (each) =>
      each.namespace === undefined &&
      each !== role &&
      (labels.some((label) => each.labels[label] === 'true') || isAggregated(role, each)),
  );
  const own = builtIn?.rules.map((rule) => ({ ...rule, resourceNames: [], place: binding.place })) ?? [];
  return [...own, ...(role?.permissions ?? []), ...takenUp.flatMap(({ permissions }) => permissions)];
}

function isAggregated(role: Role | undefined, other: Role): boolean {
  return role?.aggregates.some((selector) => selects(selector, other.labels)) ?? false;
}

type BuiltInRule = Pick<Permission, 'apiGroups' | 'resources' | 'verbs'>;

/** What the roles for users allow that bears on secrets (Kubernetes RBAC, "User-facing roles"). */
const EDIT: BuiltInRule = {
  apiGroups: ['', 'apps', 'batch'],
  resources: [
    'secrets',
    'pods',
    'pods/exec',
    'pods/attach',
    'deployments',
    'statefulsets',
    'daemonsets',
    'jobs',
    'cronjobs',
  ],
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
};
const BUILT_IN: Readonly<
  Record<string, { readonly rules: readonly BuiltInRule[]; readonly aggregates: readonly string[] }>
> = {
  'cluster-admin': { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }], aggregates: [] },
  admin: { rules: [EDIT], aggregates: ['admin', 'edit', 'view'] },
  edit: { rules: [EDIT], aggregates: ['edit', 'view'] },
  view: { rules: [], aggregates: ['view'] },
};

interface Road {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Completes "may …". */
  readonly what: string;
}

/** Permissions that lead to the content of secrets, the plain one first. */
const ROADS: readonly Road[] = [
  { groups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'], what: 'read secrets' },
  { groups: [''], resources: ['serviceaccounts/token'], verbs: ['create'], what: 'make tokens of service accounts' },
  { groups: [''], resources: ['pods'], verbs: ['create'], what: 'create Pods with any secret mounted' },
  {
    groups: ['', 'apps', 'batch'],
    resources: [
      'deployments',
      'statefulsets',
      'daemonsets',
      'replicasets',
      'replicationcontrollers',
      'jobs',
      'cronjobs',
    ],
    verbs: ['create', 'update', 'patch'],
    what: 'write workloads with any secret mounted',
  },
  {
    groups: [''],
    resources: ['pods/exec', 'pods/attach', 'pods/ephemeralcontainers'],
    verbs: ['create', 'get', 'update', 'patch'],
    what: 'run commands in Pods that hold secrets',
  },
  {
    groups: [''],
    resources: ['nodes/proxy'],
    verbs: ['get', 'create'],
    what: 'run commands in Pods through their nodes',
  },
  {
    groups: [''],
    resources: ['users', 'groups', 'serviceaccounts'],
    verbs: ['impersonate'],
    what: 'act as somebody else',
  },
  {
    groups: ['rbac.authorization.k8s.io'],
    resources: ['roles', 'clusterroles'],
    verbs: ['escalate', 'bind'],
    what: 'give itself any permission',
  },
];

/** The first way in which a permission leads to secrets, in words; undefined where it leads to none. */
export function roadToSecrets({ apiGroups, resources, verbs, resourceNames }: Permission): string | undefined {
  const road = ROADS.find(
    (each) => overlaps(apiGroups, each.groups) && reachesAny(resources, each.resources) && overlaps(verbs, each.verbs),
  );
  if (!road) return undefined;
  return resourceNames.length === 0 ? road.what : `${road.what} (${resourceNames.join(', ')})`;
}

function overlaps(written: readonly string[], wanted: readonly string[]): boolean {
  return written.some((each) => each === '*' || wanted.includes(each));
}

// A star may stand for one side of the slash: `pods/*`, `*/exec`.
function reachesAny(written: readonly string[], wanted: readonly string[]): boolean {
  return wanted.some((resource) => {
    const [own, below] = resource.split('/');
    return written.some(
      (each) =>
        each === '*' || each === resource || (below !== undefined && (each === `${own}/*` || each === `*/${below}`)),
    );
  });
}
