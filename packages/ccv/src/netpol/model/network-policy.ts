// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { covers, parseCidr, without } from '../connect/address.ts';
import { inside, type KubernetesObject } from './object.ts';
import type { Direction, NetworkPolicy, Peer, PortMatch, Rule } from './policy.ts';
import { EVERYTHING, selectorSchema } from './selector.ts';
import { cidrSchema, metadataSchema, portNumber, portName, protocol } from './values.ts';

const portSchema = z
  .strictObject({
    protocol: protocol.default('TCP'),
    port: z.union([portNumber, portName]).optional(),
    endPort: portNumber.optional(),
  })
  .refine(({ port, endPort }) => endPort === undefined || (typeof port === 'number' && endPort >= port), {
    error: 'endPort needs a port that is a number, and not above it',
    path: ['endPort'],
  });

const blockSchema = z
  .strictObject({ cidr: cidrSchema, except: z.array(cidrSchema).default([]) })
  .superRefine(({ cidr, except }, context) => {
    const whole = parseCidr(cidr);
    for (const [index, text] of except.entries()) {
      const part = parseCidr(text);
      if (whole && part && !(covers(whole, part) && !covers(part, whole)))
        context.addIssue({ code: 'custom', message: `lies not within ${cidr}`, path: ['except', index] });
    }
  });

const peerSchema = z
  .strictObject({
    podSelector: selectorSchema.optional(),
    namespaceSelector: selectorSchema.optional(),
    ipBlock: blockSchema.optional(),
  })
  .refine((peer) => Object.keys(peer).length > 0, { error: 'a peer says podSelector, namespaceSelector or ipBlock' })
  .refine(({ ipBlock, ...selectors }) => ipBlock === undefined || Object.keys(selectors).length === 0, {
    error: 'ipBlock stands alone',
    path: ['ipBlock'],
  });

const ports = z.array(portSchema).default([]);
const peers = z.array(peerSchema).default([]);

const policySchema = z.looseObject({
  metadata: metadataSchema,
  spec: z
    .strictObject({
      podSelector: selectorSchema.default(EVERYTHING),
      policyTypes: z.array(z.enum(['Ingress', 'Egress'])).default([]),
      ingress: z.array(z.strictObject({ from: peers, ports })).default([]),
      egress: z.array(z.strictObject({ to: peers, ports })).default([]),
    })
    .prefault({}),
});

/** Reads networking.k8s.io/v1 NetworkPolicy as the API server does. Throws ZodError for what it would refuse. */
export function readNetworkPolicy({ written, place }: KubernetesObject): NetworkPolicy {
  const { metadata, spec } = policySchema.parse(written);
  const namespace = metadata.namespace ?? 'default';
  // Without policyTypes a policy is always about ingress, and about egress only if it has egress rules.
  const implied = spec.egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  const types: readonly string[] = spec.policyTypes.length > 0 ? spec.policyTypes : implied;
  const rulesOf = (direction: Direction): Rule[] =>
    spec[direction].map((rule, index) => {
      const at = inside(place, ['spec', direction, index]);
      const list = 'from' in rule ? rule.from : rule.to;
      const key = 'from' in rule ? 'from' : 'to';
      return {
        place: at,
        // An empty list is an absent one: from or to anywhere, on any port.
        ...(list.length > 0 && { peers: list.map((peer, at2) => readPeer(peer, namespace, inside(at, [key, at2]))) }),
        ...(rule.ports.length > 0 && { ports: rule.ports.map(readPort) }),
      };
    });
  const [ingress, egress] = [rulesOf('ingress'), rulesOf('egress')];
  return {
    kind: 'NetworkPolicy',
    name: metadata.name,
    namespace,
    pods: spec.podSelector,
    ...(types.includes('Ingress') && { ingress }),
    ...(types.includes('Egress') && { egress }),
    ignored: [
      ...(!types.includes('Ingress') && ingress.length > 0 ? (['ingress'] as const) : []),
      ...(!types.includes('Egress') && egress.length > 0 ? (['egress'] as const) : []),
    ],
    place,
  };
}

function readPeer(
  { podSelector, namespaceSelector, ipBlock }: z.infer<typeof peerSchema>,
  namespace: string,
  place: Peer['place'],
): Peer {
  if (ipBlock) {
    const ranges = without(rangesOf([ipBlock.cidr]), rangesOf(ipBlock.except));
    return { kind: 'addresses', cidrs: [ipBlock.cidr], ranges, place };
  }
  return { kind: 'pods', namespaces: namespaceSelector ?? namespace, pods: podSelector ?? EVERYTHING, place };
}

function rangesOf(cidrs: readonly string[]) {
  return cidrs.flatMap((cidr) => parseCidr(cidr) ?? []);
}

function readPort({ protocol, port, endPort }: z.infer<typeof portSchema>): PortMatch {
  if (typeof port === 'string') return { named: port, protocol };
  return { protocol, first: port ?? 1, last: endPort ?? port ?? 65_535 };
}
