// SPDX-License-Identifier: Apache-2.0
import type { Evaluation } from '@helios/core/gate';
import type { ControlRun } from '@helios/core/record';
import { connect } from '../netpol/connect/connectivity.ts';
import type { Model } from '../netpol/model/model.ts';
import { judgeClasses } from './judge-classes.ts';
import type { Destination } from './destinations.ts';
import { findOpenNamespaces, judgeAllowed, judgeDefault } from './egress.ts';
import { judgeEnforcement } from './enforcement.ts';
import { judgeEffect, judgeManifests } from './manifests.ts';
import type { Options } from './options.ts';

export interface Posture {
  readonly model: Model;
  readonly destinations: readonly Destination[];
  /** Runs of the control that shows that policies are enforced. */
  readonly runs: readonly ControlRun[];
}

/** What the manifests of a cluster promise of its networks and secrets, held against the rules. */
export function judgePosture({ model, destinations, runs }: Posture, options: Options, asOf: Date): Evaluation {
  const connectivity = connect(model);
  const namespaces = findOpenNamespaces(model);
  const findings = [
    ...judgeManifests(model),
    ...judgeEffect(model, options),
    ...judgeDefault(model, connectivity, namespaces),
    ...judgeAllowed(model, destinations, options),
    ...judgeClasses(model, connectivity, destinations, options),
    ...judgeEnforcement(model, runs, options, asOf),
  ];
  const closed = namespaces.of - namespaces.open.length;
  const metrics =
    namespaces.of === 0
      ? []
      : [
          {
            id: 'namespaces.closed',
            title: 'Namespaces whose Pods start without a way out',
            value: Math.floor((1000 * closed) / namespaces.of) / 10,
            unit: '%',
            sample: { hits: closed, of: namespaces.of },
          },
        ];
  return { findings, metrics, checked: model.workloads.length + model.policies.length + model.clusterPolicies.length };
}
