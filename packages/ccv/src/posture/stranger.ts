// SPDX-License-Identifier: Apache-2.0
import { connect, type Connectivity } from '../netpol/connect/connectivity.ts';
import type { Model } from '../netpol/model/model.ts';
import type { Workload } from '../netpol/model/workload.ts';

/** The namespace of the Pod that stands for all that are in no manifest; that of a real one is never empty. */
export const ELSEWHERE = '';

/** Connections of a Pod without labels in each of some namespaces: what is so for Pods that no policy names. */
export function connectStrangers(model: Model, namespaces: readonly string[]): Connectivity {
  return connect({ ...model, workloads: strangersIn(model, namespaces) });
}

/** Connections of the workloads, with a Pod besides that has no labels, in a namespace of which nobody knows anything. */
export function connectWithStranger(model: Model): Connectivity {
  return connect({
    ...model,
    namespaces: new Map([...model.namespaces, [ELSEWHERE, {}]]),
    workloads: [...model.workloads, ...strangersIn(model, [ELSEWHERE])],
  });
}

function strangersIn({ workloads: [example] }: Model, namespaces: readonly string[]): Workload[] {
  if (!example) return [];
  return namespaces.map((namespace) => ({ ...example, namespace, labels: {}, ports: [], hostNetwork: false }));
}
