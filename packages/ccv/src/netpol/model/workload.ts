// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import { z } from 'zod';
import type { Protocol } from '../connect/ports.ts';
import { inside, isRecord, type KubernetesObject, type Place, valueAt } from './object.ts';
import { podSpecSchema, type PodSpec } from './pod-spec.ts';
import { type Labels, labelsSchema } from './selector.ts';

/** A port that a container gives a name. */
interface NamedPort {
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Pods that are alike: a Pod, or those that a template makes. */
export interface Workload {
  /** Kind of the object, or of the owner of a Pod that has one. */
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Of the Pods. */
  readonly labels: Labels;
  /** Of the object that makes them. */
  readonly objectLabels: Labels;
  readonly ports: readonly NamedPort[];
  /** On the network of its node: policies neither bind such a Pod nor find it by its labels. */
  readonly hostNetwork: boolean;
  readonly pod: PodSpec;
  /** Of the object. */
  readonly place: Place;
  /** Of the Pod's `spec`. */
  readonly podPlace: Place;
}

/** `shop/web[Deployment]`, as people and other analysers write it. */
export function nameWorkload({ namespace, name, kind }: Workload): string {
  return `${namespace}/${name}[${kind}]`;
}

const metadataSchema = z.looseObject({
  name: z.string().min(1).optional(),
  generateName: z.string().min(1).optional(),
  namespace: z.string().min(1).optional(),
  labels: labelsSchema.default({}),
  ownerReferences: z
    .array(
      z.looseObject({ name: z.string().min(1), kind: z.string().default('Pod'), controller: z.boolean().optional() }),
    )
    .default([]),
});

const templateSchema = z.looseObject({
  metadata: z.looseObject({ labels: labelsSchema.default({}) }).prefault({}),
  spec: podSpecSchema,
});

/** Where kinds that are not like a Deployment keep the Pod. */
const TEMPLATES: Readonly<Record<string, Pointer>> = {
  Pod: [],
  PodTemplate: ['template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};
const USUAL: Pointer = ['spec', 'template'];

/** Kinds of which every object makes Pods; of others those do that hold a template with containers. */
const MAKERS = new Set([
  'Pod',
  'PodTemplate',
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'VirtualMachine',
]);

/** Whether an object makes Pods, those of other makers (rollouts, serverless services) among them. */
export function isWorkload({ kind, written }: KubernetesObject): boolean {
  const pod = valueAt(written, USUAL);
  return MAKERS.has(kind) || (isRecord(pod) && isRecord(pod['spec']) && Array.isArray(pod['spec']['containers']));
}

/** Reads the Pods that an object makes. Throws ZodError, with issues that lead into the object. */
export function readWorkload({ kind, written, place }: KubernetesObject): Workload {
  const { metadata } = z.looseObject({ metadata: metadataSchema }).parse(written);
  const steps = (Object.hasOwn(TEMPLATES, kind) ? TEMPLATES[kind] : undefined) ?? USUAL;
  const { metadata: own, spec } = parseAt(templateSchema, written, steps);
  // A static Pod is owned by the node that it was read on.
  const owner =
    kind === 'Pod'
      ? metadata.ownerReferences.find(({ controller, kind }) => controller === true && kind !== 'Node')
      : undefined;
  const containers = [...spec.containers, ...spec.initContainers.filter(({ restartPolicy }) => restartPolicy)];
  return {
    kind: owner?.kind ?? kind,
    name: owner?.name ?? metadata.name ?? metadata.generateName ?? 'without a name',
    namespace: metadata.namespace ?? 'default',
    labels: own.labels,
    objectLabels: metadata.labels,
    ports: containers.flatMap(({ ports }) =>
      ports.flatMap(({ name, protocol, containerPort }) =>
        name === undefined ? [] : [{ name, protocol, port: containerPort }],
      ),
    ),
    hostNetwork: spec.hostNetwork,
    pod: spec,
    place,
    podPlace: inside(place, [...steps, 'spec']),
  };
}

function parseAt<T>(schema: z.ZodType<T>, written: unknown, steps: Pointer): T {
  const result = schema.safeParse(valueAt(written, steps) ?? {});
  if (result.success) return result.data;
  throw new z.ZodError(result.error.issues.map((issue) => ({ ...issue, path: [...steps, ...issue.path] })));
}
