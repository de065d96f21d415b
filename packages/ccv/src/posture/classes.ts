// SPDX-License-Identifier: Apache-2.0
import type { Model } from '../netpol/model/model.ts';
import type { Labels } from '../netpol/model/selector.ts';
import type { Workload } from '../netpol/model/workload.ts';

/**
 * Whether a workload is of a class: by the labels of its Pods, of the object that makes them, or of its namespace. A
 * label that was put one level too high must not take a workload out of the rules.
 */
export function isOfClass(
  { namespaces }: Model,
  { labels, objectLabels, namespace }: Workload,
  wanted: Labels,
): boolean {
  return [labels, objectLabels, namespaces.get(namespace) ?? {}].some((own) => hasLabels(own, wanted));
}

export function hasLabels(own: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => own[key] === value);
}
