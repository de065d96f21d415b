// SPDX-License-Identifier: Apache-2.0

/**
 * What stands under a field's name, undefined where nothing does; null stands there. Names are case-sensitive.
 * - A key that is the whole name, dots included, comes before a walk along its parts; so at each step of the walk,
 *   where the shortest first part that leads to a value wins.
 * - A walk through a list goes through each of its items, and gives the list of all that is found, in order, lists
 *   within laid flat; items without the rest of the path add nothing, and none at all is undefined.
 * - Only what the event itself holds is found, never what JavaScript adds: `constructor` and `length` are no fields.
 */
export function lookup(fields: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(fields, name)) return fields[name];
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const head = name.slice(0, dot);
    if (!Object.hasOwn(fields, head)) continue;
    const found = lookupIn(fields[head], name.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function lookupIn(value: unknown, name: string): unknown {
  if (value === null || typeof value !== 'object') return undefined;
  if (!Array.isArray(value)) return lookup(value as Readonly<Record<string, unknown>>, name);
  const found: unknown[] = [];
  for (const item of value) {
    const inner = lookupIn(item, name);
    if (Array.isArray(inner)) for (const each of inner) found.push(each);
    else if (inner !== undefined) found.push(inner);
  }
  return found.length === 0 ? undefined : found;
}
