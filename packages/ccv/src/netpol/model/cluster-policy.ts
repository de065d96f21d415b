// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { parseCidr } from '../connect/address.ts';
import { inside, type KubernetesObject, type Place } from './object.ts';
import type { Action, ActionRule, ClusterPolicy, Direction, Peer, PortMatch } from './policy.ts';
import { EVERYTHING, selectorSchema } from './selector.ts';
import { cidrSchema, metadataSchema, portName, portNumber, protocol } from './values.ts';

const namespacedPod = z.strictObject({
  namespaceSelector: selectorSchema.default(EVERYTHING),
  podSelector: selectorSchema.default(EVERYTHING),
});

const exactlyOne = { error: 'says exactly one of its fields' };
const one = (value: object): boolean => Object.keys(value).length === 1;

const subjectSchema = z
  .strictObject({ namespaces: selectorSchema.optional(), pods: namespacedPod.optional() })
  .refine(one, exactlyOne);

/** `example.com`, or `*.example.com` for all names below it. */
const domainName = z
  .string()
  .max(253)
  .regex(/^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,63}\.?$/i, 'is no domain name');

/** Where egress may lead; ingress knows Pods alone, as a subject does. */
const toSchema = z
  .strictObject({
    namespaces: selectorSchema.optional(),
    pods: namespacedPod.optional(),
    nodes: selectorSchema.optional(),
    networks: z.array(cidrSchema).min(1).optional(),
    domainNames: z.array(domainName).min(1).optional(),
  })
  .refine(one, exactlyOne);

/** How policy.networking.k8s.io/v1alpha1 names ports. */
const oldPortSchema = z
  .strictObject({
    portNumber: z.strictObject({ protocol: protocol.default('TCP'), port: portNumber }).optional(),
    portRange: z
      .strictObject({ protocol: protocol.default('TCP'), start: portNumber, end: portNumber })
      .refine(({ start, end }) => start <= end, { error: 'ends before it starts', path: ['end'] })
      .optional(),
    namedPort: portName.optional(),
  })
  .refine(one, exactlyOne)
  .transform(({ portNumber: single, portRange: range, namedPort }): PortMatch => {
    if (single) return { protocol: single.protocol, first: single.port, last: single.port };
    if (range) return { protocol: range.protocol, first: range.start, last: range.end };
    return { named: namedPort ?? '', protocol: 'any' };
  });

/** How v1alpha2 does; a protocol without a port is all of its ports. */
const destinationSchema = z.strictObject({
  destinationPort: z
    .strictObject({
      number: portNumber.optional(),
      range: z
        .strictObject({ start: portNumber, end: portNumber })
        .refine(({ start, end }) => start <= end, { error: 'ends before it starts', path: ['end'] })
        .optional(),
    })
    .refine(one, exactlyOne)
    .optional(),
});
const newPortSchema = z
  .strictObject({
    tcp: destinationSchema.optional(),
    udp: destinationSchema.optional(),
    sctp: destinationSchema.optional(),
    destinationNamedPort: portName.optional(),
  })
  .refine(one, exactlyOne)
  .transform(({ tcp, udp, sctp, destinationNamedPort }): PortMatch => {
    if (destinationNamedPort !== undefined) return { named: destinationNamedPort, protocol: 'any' };
    const { number, range } = (tcp ?? udp ?? sctp)?.destinationPort ?? {};
    const first = number ?? range?.start ?? 1;
    return { protocol: tcp ? 'TCP' : udp ? 'UDP' : 'SCTP', first, last: number ?? range?.end ?? 65_535 };
  });

/** The rules of both directions, which share all but where they lead. */
function rules<Shape extends z.ZodRawShape>(shape: Shape, most: number) {
  const common = { name: z.string().max(100).optional(), ...shape };
  return {
    ingress: z
      .array(z.strictObject({ ...common, from: z.array(subjectSchema).min(1).max(most) }))
      .max(most)
      .default([]),
    egress: z
      .array(z.strictObject({ ...common, to: z.array(toSchema).min(1).max(most) }))
      .max(most)
      .default([]),
  };
}

const oldPorts = z.array(oldPortSchema).max(100).default([]);
const newPorts = z.array(newPortSchema).min(1).max(25).optional();
const priority = z.int().min(0).max(1000);
const subject = subjectSchema;

const adminSchema = z.strictObject({
  priority,
  subject,
  ...rules({ action: z.enum(['Allow', 'Deny', 'Pass']), ports: oldPorts }, 100),
});
const baselineSchema = z.strictObject({
  subject,
  ...rules({ action: z.enum(['Allow', 'Deny']), ports: oldPorts }, 100),
});
const clusterSchema = z
  .strictObject({
    tier: z.enum(['Admin', 'Baseline']),
    priority,
    subject,
    ...rules({ action: z.enum(['Accept', 'Deny', 'Pass']), protocols: newPorts }, 25),
  })
  .superRefine(({ egress }, context) => {
    for (const [index, { to, action }] of egress.entries())
      if (action !== 'Accept' && to.some(({ domainNames }) => domainNames))
        context.addIssue({ code: 'custom', message: 'domainNames can only be accepted', path: ['egress', index] });
  });

/** Reads the three kinds of cluster-wide policy. Throws ZodError for what the API server would refuse. */
export const CLUSTER_POLICIES: Readonly<Record<ClusterPolicy['kind'], (object: KubernetesObject) => ClusterPolicy>> = {
  AdminNetworkPolicy: (object) => {
    const { metadata, spec } = z.looseObject({ metadata: metadataSchema, spec: adminSchema }).parse(object.written);
    return policyOf(object.place, 'AdminNetworkPolicy', { ...spec, name: metadata.name, tier: 'Admin' });
  },
  BaselineAdminNetworkPolicy: (object) => {
    const only = metadataSchema.extend({ name: z.literal('default', { error: 'there is one, named "default"' }) });
    const { metadata, spec } = z.looseObject({ metadata: only, spec: baselineSchema }).parse(object.written);
    // Behind every ClusterNetworkPolicy of the tier; which of the two APIs comes first is nowhere said.
    const last = { tier: 'Baseline', priority: Infinity } as const;
    return policyOf(object.place, 'BaselineAdminNetworkPolicy', { ...spec, name: metadata.name, ...last });
  },
  ClusterNetworkPolicy: (object) => {
    const { metadata, spec } = z.looseObject({ metadata: metadataSchema, spec: clusterSchema }).parse(object.written);
    return policyOf(object.place, 'ClusterNetworkPolicy', { ...spec, name: metadata.name });
  },
};

interface WrittenPolicy extends Pick<ClusterPolicy, 'name' | 'tier' | 'priority'> {
  readonly subject: z.infer<typeof subjectSchema>;
  readonly ingress: readonly (WrittenRule & { readonly from: readonly WrittenPeer[] })[];
  readonly egress: readonly (WrittenRule & { readonly to: readonly WrittenPeer[] })[];
}
type WrittenPeer = z.infer<typeof toSchema>;
interface WrittenRule {
  readonly name?: string | undefined;
  readonly action: 'Allow' | 'Accept' | 'Deny' | 'Pass';
  readonly ports?: readonly PortMatch[] | undefined;
  readonly protocols?: readonly PortMatch[] | undefined;
}

const ACTIONS: Readonly<Record<WrittenRule['action'], Action>> = {
  Allow: 'accept',
  Accept: 'accept',
  Deny: 'deny',
  Pass: 'pass',
};

function policyOf(place: Place, kind: ClusterPolicy['kind'], written: WrittenPolicy): ClusterPolicy {
  const { name, tier, priority, subject } = written;
  return {
    kind,
    name,
    tier,
    priority,
    namespaces: subject.namespaces ?? subject.pods?.namespaceSelector ?? EVERYTHING,
    pods: subject.pods?.podSelector ?? EVERYTHING,
    ingress: written.ingress.map((rule, index) => readRule(rule, rule.from, 'from', ruleAt('ingress', index))),
    egress: written.egress.map((rule, index) => readRule(rule, rule.to, 'to', ruleAt('egress', index))),
    place,
  };

  function ruleAt(direction: Direction, index: number): Place {
    return inside(place, ['spec', direction, index]);
  }
}

function readRule(
  { name, action, ports, protocols }: WrittenRule,
  peers: readonly WrittenPeer[],
  key: string,
  place: Place,
): ActionRule {
  const matches = ports ?? protocols ?? [];
  return {
    ...(name !== undefined && { name }),
    action: ACTIONS[action],
    peers: peers.map((peer, index) => readPeer(peer, inside(place, [key, index]))),
    ...(matches.length > 0 && { ports: matches }),
    place,
  };
}

function readPeer({ namespaces, pods, networks, domainNames }: WrittenPeer, place: Place): Peer {
  if (namespaces) return { kind: 'pods', namespaces, pods: EVERYTHING, place };
  if (pods) return { kind: 'pods', namespaces: pods.namespaceSelector, pods: pods.podSelector, place };
  if (networks) {
    const ranges = networks.flatMap((cidr) => parseCidr(cidr) ?? []);
    return { kind: 'addresses', cidrs: networks, ranges, place };
  }
  if (domainNames) return { kind: 'domains', names: domainNames.map(plainName), place };
  return { kind: 'nodes', place };
}

/** Names are the same in any case, and with the root's dot. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
