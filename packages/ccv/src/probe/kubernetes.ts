// SPDX-License-Identifier: Apache-2.0
import type { KubernetesObject } from '@kubernetes/client-node';
import { isObject, type Json } from '../control/json.ts';
import type { PlainObservation } from '../control/observation.ts';
import { isMissing, openCluster } from './cluster.ts';
import { readDocuments } from './document.ts';
import type { World } from './world.ts';

type KubernetesObservation = Extract<PlainObservation, { kind: 'kubernetes' }>;

/** `{found, object}` for an object with a name; `{count, items}` for all that there are, or those with the labels. */
export async function observeKubernetes(
  observation: KubernetesObservation,
  world: World,
  signal: AbortSignal,
): Promise<Json> {
  const { object, manifest } = observation;
  if (manifest === undefined) return observeCluster(observation, world, signal);
  const items = (await readDocuments(manifest, world.root))
    .flatMap((document) => itemsOf(document))
    .filter((item) => isSuch(item, object));
  if (object.name === undefined) return { count: items.length, items };
  const [found] = items;
  return found === undefined ? { found: false } : { found: true, object: found };
}

async function observeCluster(
  { context, object, selector }: KubernetesObservation,
  world: World,
  signal: AbortSignal,
): Promise<Json> {
  const { api } = await openCluster(context, world, signal);
  const { apiVersion, kind, namespace = 'default', name } = object;
  if (name === undefined) {
    const list = await api.list(apiVersion, kind, namespace, ...NO_OPTIONS, selector);
    return { count: list.items.length, items: list.items.map(plain) };
  }
  try {
    return { found: true, object: plain(await api.read({ apiVersion, kind, metadata: { namespace, name } })) };
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    return { found: false };
  }
}

/** pretty, exact, exportt and fieldSelector, which stand before the labels in the client's list of parameters. */
const NO_OPTIONS = [undefined, undefined, undefined, undefined] as const;

/** The client makes Dates out of times; what is compared and hashed is what the server wrote. */
function plain(object: KubernetesObject): Json {
  return JSON.parse(JSON.stringify(object)) as Json;
}

function itemsOf(document: Json): readonly Json[] {
  const items = isObject(document) ? document['items'] : undefined;
  return Array.isArray(items) ? (items as readonly Json[]) : [document];
}

function isSuch(
  item: Json,
  { apiVersion, kind, namespace = 'default', name }: KubernetesObservation['object'],
): boolean {
  if (!isObject(item) || item['apiVersion'] !== apiVersion || item['kind'] !== kind) return false;
  const metadata = isObject(item['metadata']) ? item['metadata'] : {};
  return (metadata['namespace'] ?? 'default') === namespace && (name === undefined || metadata['name'] === name);
}
