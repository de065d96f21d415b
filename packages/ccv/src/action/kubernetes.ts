// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { isObject } from '../control/json.ts';
import type { StepOf } from '../control/step.ts';
import { isMissing, openCluster } from '../probe/cluster.ts';
import type { World } from '../probe/world.ts';
import type { Phase } from './perform.ts';

/** What the server keeps of who set which field (server-side apply). */
const MANAGER = 'helios';

export async function performKubernetes(
  { context, verb, object, content }: StepOf<'kubernetes'>,
  phase: Phase,
  world: World,
  signal: AbortSignal,
): Promise<void> {
  const { api, patches } = await openCluster(context, world, signal);
  const { apiVersion, kind, namespace = 'default', name } = object;
  const fields = isObject(content) ? content : {};
  const own = isObject(fields['metadata']) ? fields['metadata'] : {};
  const whole = { ...fields, apiVersion, kind, metadata: { ...own, namespace, name } };
  try {
    if (verb === 'delete') await api.delete(whole);
    else if (verb === 'patch') await api.patch(whole, ...NO_OPTIONS, undefined, undefined, patches.MergePatch);
    else await api.patch(whole, ...NO_OPTIONS, MANAGER, true, patches.ServerSideApply);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    if (phase === 'action') fail('io', `there is no ${kind} ${namespace}/${name}`, { cause });
  }
}

/** pretty and dryRun, which stand before the manager in the client's list of parameters. */
const NO_OPTIONS = [undefined, undefined] as const;
