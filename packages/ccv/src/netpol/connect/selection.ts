// SPDX-License-Identifier: Apache-2.0
import type { Model } from '../model/model.ts';
import { type Selector, selects } from '../model/selector.ts';

/** Indexes of the workloads that selectors choose, by the labels of their namespace (or its name) and their own. */
export type Select = (namespaces: Selector | string, pods: Selector) => readonly number[];

/**
 * Pods on the network of their node are never chosen: their traffic carries the node's address, which no label leads
 * to (ClusterNetworkPolicy says so; for NetworkPolicy it is what most network plugins do).
 */
export function createSelect({ workloads, namespaces }: Pick<Model, 'workloads' | 'namespaces'>): Select {
  const byNamespace = new Map<string, number[]>();
  for (const [index, { namespace, hostNetwork }] of workloads.entries()) {
    if (hostNetwork) continue;
    const known = byNamespace.get(namespace);
    if (known) known.push(index);
    else byNamespace.set(namespace, [index]);
  }
  const remembered = new Map<string, readonly number[]>();
  const labelled = [...namespaces].filter(([name]) => byNamespace.has(name));
  return (wanted, pods) => {
    const key = JSON.stringify([wanted, pods]);
    const before = remembered.get(key);
    if (before) return before;
    const names =
      typeof wanted === 'string'
        ? [wanted]
        : labelled.filter(([, labels]) => selects(wanted, labels)).map(([name]) => name);
    const chosen = names
      .flatMap((name) => byNamespace.get(name) ?? [])
      .filter((index) => selects(pods, workloads[index]?.labels ?? {}));
    remembered.set(key, chosen);
    return chosen;
  };
}
