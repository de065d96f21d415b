// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Connectivity } from '../netpol/connect/connectivity.ts';
import { type Opening, openingsOf, describeOpening } from '../netpol/connect/opening.ts';
import { nameOutside } from '../netpol/connect/outside.ts';
import { describePorts } from '../netpol/connect/ports.ts';
import type { Model } from '../netpol/model/model.ts';
import { nameWorkload, type Workload } from '../netpol/model/workload.ts';
import { isOfClass } from './classes.ts';
import { judgeConfinement } from './confinement.ts';
import { accountOf, credentialsOf, type Held, nodeAccessOf, storageOf } from './credentials.ts';
import { type Destination, metIn } from './destinations.ts';
import { draftAt } from './draft.ts';
import type { Options } from './options.ts';
import { grantsOf, roadToSecrets } from './permissions.ts';
import { connectWithStranger } from './stranger.ts';

/** Rules about workloads of a class: sandboxes, and what trains or serves models. */
export function* judgeClasses(
  model: Model,
  connectivity: Connectivity,
  known: readonly Destination[],
  options: Options,
): Generator<FindingDraft> {
  const withStranger = connectWithStranger(model);
  for (const [index, workload] of model.workloads.entries()) {
    const sandbox = isOfClass(model, workload, options.sandbox);
    const ml = isOfClass(model, workload, options.ml);
    if (sandbox || ml) yield* draftHeld('node-access', workload, nodeAccessOf(workload), 'has');
    if (sandbox) {
      yield* draftHeld('sandbox-credentials', workload, credentialsOf(model, workload), 'is given');
      yield* judgeConfinement(withStranger, index, known, options);
    }
    if (ml) {
      yield* draftHeld('ml-secrets', workload, credentialsOf(model, workload), 'is given');
      yield* judgePermissions(model, workload);
      yield* draftHeld('ml-storage', workload, storageOf(workload), 'has');
      yield* judgeStorage(model, connectivity, index, known, options);
    }
  }
}

function* draftHeld(rule: string, workload: Workload, held: readonly Held[], verb: string): Generator<FindingDraft> {
  const name = nameWorkload(workload);
  for (const { place, what } of held)
    yield draftAt(rule, place, name, `${name} ${verb} ${what}`, { matched: `${name} ${what}` });
}

/** What the service account may do counts whether its token is mounted or not: that is one line away. */
function* judgePermissions(model: Model, workload: Workload): Generator<FindingDraft> {
  const name = nameWorkload(workload);
  const account = accountOf(workload);
  for (const grant of grantsOf(model, workload.namespace, account)) {
    const { binding } = grant;
    const through = `${binding.namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding'} ${binding.name}`;
    if (!('permission' in grant)) {
      const role = `${binding.role.kind} ${binding.role.name}`;
      const message = `service account "${account}" of ${name} has ${role} by ${through}, which is not in these manifests`;
      yield draftAt('ml-secrets', binding.place, name, message, { matched: `${name} ${role}` });
      continue;
    }
    const road = roadToSecrets(grant.permission);
    if (road === undefined) continue;
    const message = `service account "${account}" of ${name} may ${road}: ${grant.role} by ${through}`;
    yield draftAt('ml-secrets', grant.permission.place, name, message, { matched: `${name} ${through} ${road}` });
  }
}

/** Ways over the network to where data can be put: workloads that keep it, and destinations that the inventory marks. */
function* judgeStorage(
  model: Model,
  connectivity: Connectivity,
  index: number,
  known: readonly Destination[],
  options: Options,
): Generator<FindingDraft> {
  const { workloads, outside } = connectivity;
  const own = workloads[index];
  if (!own) return;
  const stores = known.filter(({ storage }) => storage);
  for (const [other, each] of workloads.entries()) {
    if (other === index || !isOfClass(model, each, options.storage) || connectivity.between(index, other).length === 0)
      continue;
    yield* draftOpenings(own, openingsOf(connectivity, index, 'egress', other), nameWorkload(each));
  }
  for (const [piece, each] of outside.egress.entries())
    for (const store of metIn(each, connectivity.outTo(index, piece), stores)) {
      const openings = openingsOf(connectivity, index, 'egress', workloads.length + piece);
      yield* draftOpenings(own, openings, `${store.name} (${nameOutside(each)})`);
    }
}

function* draftOpenings(own: Workload, openings: readonly Opening[], where: string): Generator<FindingDraft> {
  const name = nameWorkload(own);
  for (const opening of openings)
    yield draftAt(
      'ml-storage',
      opening.kind === 'unbound' ? own.place : opening.rule.place,
      name,
      `${name} may open ${describePorts(opening.ports)} to ${where}: ${describeOpening(opening, 'egress')}`,
      { matched: `${name} ${where}` },
    );
}
