// SPDX-License-Identifier: Apache-2.0
import { fill, mentions, type Places } from './placeholders.ts';

/** What mentions ${target} is there once for each target; all else once. Secrets stay placeholders. */
export function expand<T extends { readonly name: string }>(
  items: readonly T[],
  targets: readonly string[],
  places: Places,
): T[] {
  return items.flatMap((item) =>
    mentions(item, 'target')
      ? targets.map((target) => ({ ...fill(item, { ...places, target }), name: `${item.name} (${target})` }))
      : [fill(item, places)],
  );
}
