// SPDX-License-Identifier: Apache-2.0
import { loadPolicy, verifyLock } from '@helios/core/policy';
import type { Json } from '../control/json.ts';
import type { ObservationOf } from '../control/observation.ts';
import type { World } from './world.ts';

/** `{checked, count, violations}` of a compiled policy on a value; a policy without a verdict is thrown. */
export async function judgeByRego(
  { name, bundle, entrypoint }: ObservationOf<'rego'>,
  world: World,
  document: Json,
): Promise<Json> {
  const policy = loadPolicy(await verifyLock(world.root, bundle));
  const { checked, violations } = policy.decide(entrypoint, {
    document,
    path: name,
    as_of: world.now().toISOString(),
  });
  return { checked, count: violations.length, violations: violations.map((violation) => ({ ...violation })) };
}
