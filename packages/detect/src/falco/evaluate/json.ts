// SPDX-License-Identifier: Apache-2.0

/** Null is nothing, and so is a list of nothing. */
export function present(value: unknown): unknown {
  if (value === null) return undefined;
  if (!Array.isArray(value)) return value;
  const items = value.filter((item) => item !== null && item !== undefined);
  return items.length === 0 ? undefined : items;
}

export function valueAt(outer: unknown, steps: readonly string[]): unknown {
  let value = outer;
  for (const step of steps) value = itemOf(value, step);
  return value;
}

/** An own property, or an item of a list by its index. */
export function itemOf(outer: unknown, step: string): unknown {
  if (typeof outer !== 'object' || outer === null) return undefined;
  if (Array.isArray(outer)) return /^\d{1,9}$/.test(step) ? (outer[Number(step)] as unknown) : undefined;
  return Object.hasOwn(outer, step) ? (outer as Record<string, unknown>)[step] : undefined;
}

/** RFC 6901; undefined where it leads nowhere. */
export function valueAtPointer(root: unknown, pointer: string): unknown {
  if (pointer === '') return root;
  if (!pointer.startsWith('/')) return undefined;
  const steps = pointer.slice(1).split('/');
  return valueAt(
    root,
    steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')),
  );
}
