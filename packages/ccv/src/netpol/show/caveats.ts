// SPDX-License-Identifier: Apache-2.0
import type { Model } from '../model/model.ts';
import { DIRECTIONS, namePolicy } from '../model/policy.ts';
import { nameWorkload } from '../model/workload.ts';

/** What a list or picture of connections does not show, in sentences. */
export function caveatsOf(model: Model): string[] {
  const { policies, clusterPolicies, unsupported, workloads } = model;
  const written = [...policies, ...clusterPolicies];
  const onNodes = workloads.filter(({ hostNetwork }) => hostNetwork).map(nameWorkload);
  const toNodes = written.filter((policy) =>
    DIRECTIONS.some((direction) =>
      policy[direction]?.some(({ peers = [] }) => peers.some(({ kind }) => kind === 'nodes')),
    ),
  );
  return [
    ...unsupported.map(
      ({ kind, name }) => `${kind} ${name} is not evaluated: connections may differ from what is said.`,
    ),
    ...(onNodes.length > 0
      ? [`On the network of their node, where policies do not bind them: ${onNodes.join(', ')}.`]
      : []),
    ...toNodes.map((policy) => `${namePolicy(policy)} has rules for nodes, whose addresses are not known here.`),
    ...(written.length > 0 ? ['Policies bind only where the network plugin of the cluster enforces them.'] : []),
  ];
}
