// SPDX-License-Identifier: Apache-2.0
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import type { Control } from '../control/control.ts';
import { isList, isObject, type Json, type JsonObject, pointerOf, stepsOf } from '../control/json.ts';
import type { Observation } from '../control/observation.ts';
import { same } from '../probe/judge.ts';
import { observe } from '../probe/observe.ts';
import type { World } from '../probe/world.ts';

/** Observed values by the names of their observations. */
export type State = JsonObject;

/** Looks at all of it; throws NoData where a part cannot be seen. */
export async function observeState(
  observations: readonly Observation[],
  world: World,
  signal: AbortSignal,
): Promise<State> {
  const values = await Promise.all(
    observations.map(async (each) => [each.name, await observe(each, world, signal)] as const),
  );
  return Object.fromEntries(values);
}

/** What a cluster counts by itself, whatever is done: no rollback brings it back. */
const COUNTED = ['resourceVersion', 'generation', 'managedFields', 'creationTimestamp', 'uid'];

/** JSON pointers to all that is not compared: what the control names, and what Kubernetes counts. */
export function ignoredOf({ ignore, state }: Control): string[] {
  const counted = state.flatMap(({ kind, name }) =>
    kind === 'kubernetes'
      ? COUNTED.flatMap((field) => [
          pointerOf([name, 'object', 'metadata', field]),
          pointerOf([name, 'items', '*', 'metadata', field]),
        ])
      : [],
  );
  return [...new Set([...ignore, ...counted])].sort();
}

/** The state without what is ignored. */
export function comparable(state: State, ignored: readonly string[]): State {
  return ignored.reduce<State>((rest, pointer) => without(rest, stepsOf(pointer)) as State, state);
}

function without(value: Json, [step, ...more]: readonly string[]): Json {
  if (step === undefined || (!isList(value) && !isObject(value))) return value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
    // `items (web-1)` is the part of `items` that is about one target.
    if (step !== '*' && key !== step && !key.startsWith(`${step} (`)) return [[key, item]];
    return more.length === 0 ? [] : [[key, without(item, more)]];
  });
  return isList(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

export function digestsOf(state: State): Record<string, string> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, sha256Hex(canonicalJson(value))]));
}

/** Pointers to the least parts that differ, sorted. */
export function differences(a: Json | undefined, b: Json | undefined, at: readonly (string | number)[] = []): string[] {
  if (same(a, b)) return [];
  const inner =
    isObject(a) && isObject(b)
      ? [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => differences(a[key], b[key], [...at, key]))
      : isList(a) && isList(b) && a.length === b.length
        ? a.flatMap((item, index) => differences(item, b[index], [...at, index]))
        : [pointerOf(at)];
  return inner.sort();
}
