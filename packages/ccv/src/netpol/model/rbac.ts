// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { inside, type KubernetesObject, type Place } from './object.ts';
import { type Labels, type Selector, selectorSchema } from './selector.ts';
import { metadataSchema } from './values.ts';

/** A rule of a Role or ClusterRole: what may be done with what; `*` stands for anything. */
export interface Permission {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Empty: whatever the name. */
  readonly resourceNames: readonly string[];
  readonly place: Place;
}

export interface Role {
  readonly name: string;
  /** Absent for a ClusterRole. */
  readonly namespace?: string;
  readonly labels: Labels;
  readonly permissions: readonly Permission[];
  /** A ClusterRole that takes up the rules of every other with such labels. */
  readonly aggregates: readonly Selector[];
  readonly place: Place;
}

export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
}

export interface Binding {
  readonly name: string;
  /** Absent for a ClusterRoleBinding, which binds in every namespace. */
  readonly namespace?: string;
  readonly role: { readonly kind: string; readonly name: string };
  readonly subjects: readonly Subject[];
  readonly place: Place;
}

const texts = z.array(z.string()).default([]);

const roleSchema = z.looseObject({
  metadata: metadataSchema,
  rules: z.array(z.looseObject({ apiGroups: texts, resources: texts, verbs: texts, resourceNames: texts })).default([]),
  aggregationRule: z.looseObject({ clusterRoleSelectors: z.array(selectorSchema).default([]) }).prefault({}),
});

const bindingSchema = z.looseObject({
  metadata: metadataSchema,
  roleRef: z.looseObject({ kind: z.enum(['Role', 'ClusterRole']), name: z.string().min(1) }),
  subjects: z
    .array(z.looseObject({ kind: z.string(), name: z.string().min(1), namespace: z.string().min(1).optional() }))
    .default([]),
});

/** Reads rbac.authorization.k8s.io/v1 Role and ClusterRole. Throws ZodError. */
export function readRole({ kind, written, place }: KubernetesObject): Role {
  const { metadata, rules, aggregationRule } = roleSchema.parse(written);
  return {
    name: metadata.name,
    ...(kind === 'Role' && { namespace: metadata.namespace ?? 'default' }),
    labels: metadata.labels,
    permissions: rules.map((rule, index) => ({
      ...rule,
      place: inside(place, ['rules', index]),
    })),
    aggregates: kind === 'ClusterRole' ? aggregationRule.clusterRoleSelectors : [],
    place,
  };
}

/** Reads RoleBinding and ClusterRoleBinding. Throws ZodError. */
export function readBinding({ kind, written, place }: KubernetesObject): Binding {
  const { metadata, roleRef, subjects } = bindingSchema.parse(written);
  return {
    name: metadata.name,
    ...(kind === 'RoleBinding' && { namespace: metadata.namespace ?? 'default' }),
    role: roleRef,
    subjects,
    place,
  };
}
