// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { type AddressRange, joined } from '../netpol/connect/address.ts';
import { createSelect } from '../netpol/connect/selection.ts';
import type { Model } from '../netpol/model/model.ts';
import { inside } from '../netpol/model/object.ts';
import { type ClusterPolicy, DIRECTIONS, namePolicy, type NetworkPolicy } from '../netpol/model/policy.ts';
import { draftAt } from './draft.ts';
import type { Options } from './options.ts';
import { rangesOf } from './ranges.ts';

/** What keeps the analysis from being the truth: objects that are wrong, twice, unsupported or in no order. */
export function* judgeManifests(model: Model): Generator<FindingDraft> {
  for (const { place, subject, message } of model.problems) yield draftAt('invalid-manifest', place, subject, message);
  for (const { place, kind, apiVersion, name } of model.unsupported)
    yield draftAt('unsupported-kind', place, `${kind} ${name}`, `${kind} of ${apiVersion} is not evaluated`, {
      matched: `${apiVersion} ${kind}`,
    });
  for (const { place, first, subject } of model.doubles) {
    const where = first.path === place.path ? 'earlier in this file' : `in ${first.path}`;
    yield draftAt('duplicate-object', place, subject, `${subject} is ${where} as well, and only one can be applied`);
  }
  yield* judgeOrder(model.clusterPolicies);
}

function* judgeOrder(policies: readonly ClusterPolicy[]): Generator<FindingDraft> {
  const first = new Map<string, ClusterPolicy>();
  for (const policy of policies) {
    const key = `${policy.tier} ${policy.priority}`;
    const before = first.get(key);
    if (!before) first.set(key, policy);
    else if (Number.isFinite(policy.priority))
      yield draftAt(
        'undefined-order',
        inside(policy.place, ['spec', 'priority']),
        namePolicy(policy),
        `${namePolicy(before)} has priority ${policy.priority} in the ${policy.tier} tier too`,
        { matched: key },
      );
  }
}

/** Policies that do not do what they seem to. */
export function* judgeEffect(model: Model, { cluster }: Options): Generator<FindingDraft> {
  const select = createSelect(model);
  const own = rangesOf(cluster);
  for (const policy of model.policies) {
    const subject = namePolicy(policy);
    for (const direction of policy.ignored)
      yield draftAt(
        'dead-rule',
        inside(policy.place, ['spec', direction]),
        subject,
        `policyTypes leaves ${direction} out, so these rules do nothing`,
        { matched: direction },
      );
    if (select(policy.namespace, policy.pods).length === 0)
      yield draftAt(
        'idle-policy',
        inside(policy.place, ['spec', 'podSelector']),
        subject,
        `no workload in ${policy.namespace} has these labels`,
      );
    yield* judgeRules(policy, subject, own);
  }
}

function* judgeRules(
  policy: NetworkPolicy,
  subject: string,
  cluster: readonly AddressRange[],
): Generator<FindingDraft> {
  for (const direction of DIRECTIONS)
    for (const { peers = [], ports = [] } of policy[direction] ?? [])
      for (const peer of peers) {
        if (peer.kind !== 'addresses') continue;
        const named = direction === 'egress' ? ports.flatMap((port) => ('named' in port ? [port.named] : [])) : [];
        for (const name of named)
          yield draftAt('dead-rule', peer.place, subject, `the port name "${name}" means nothing at an address`, {
            matched: `${peer.cidrs.join()} ${name}`,
          });
        const overlap = joined(peer.ranges).some((range) =>
          cluster.some(({ first, last }) => range.first <= last && first <= range.last),
        );
        if (overlap)
          yield draftAt(
            'uncertain-address',
            peer.place,
            subject,
            `${peer.cidrs.join(', ')} holds addresses of the cluster; whether the rule counts for Pods depends on the network plugin`,
            { matched: peer.cidrs.join() },
          );
      }
}
