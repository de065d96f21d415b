// SPDX-License-Identifier: Apache-2.0
import { fail } from '../error.ts';
import { parseStrictJson } from '../input/json.ts';

type Tree = { [key: string]: unknown };

/**
 * The data document that policies see: each `data.json` hangs at the place that its folder names, as in an OPA bundle.
 * `path` is of the bundle. Throws HeliosError `policy` when a file is no object, or two say the same key.
 */
export function composeData(files: ReadonlyMap<string, Uint8Array>, path: string): Tree {
  const root = emptyTree();
  for (const [name, bytes] of files) {
    const place = `${path}/${name}`;
    const value = parseStrictJson(place, new TextDecoder().decode(bytes));
    if (!isTree(value)) fail('policy', 'data for policies is not an object', { path: place });
    let node = root;
    for (const key of name.split('/').slice(0, -1)) {
      const next = (node[key] ??= emptyTree());
      node = isTree(next) ? next : refuseClash(place, key);
    }
    for (const [key, held] of Object.entries(value)) {
      if (key in node) refuseClash(place, key);
      node[key] = held;
    }
  }
  return root;
}

/** Without a prototype: `__proto__` is a key like any other. */
function emptyTree(): Tree {
  return Object.create(null) as Tree;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuseClash(path: string, key: string): never {
  fail('policy', `\`${key}\` is said by two data files`, { path, hint: 'Keep each key in one data.json.' });
}
