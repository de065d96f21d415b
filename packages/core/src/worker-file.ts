// SPDX-License-Identifier: Apache-2.0

/**
 * A package's worker by its name: beside the package's entries both as source (`src/<name>.ts`) and as bundle
 * (`dist/<name>.js`), however deep in either the asking module lies. `module` is its `import.meta.url`.
 */
export function workerFile(name: string, module: string): URL {
  const [, folder, ending] = /^(.*\/(?:src|dist)\/).*\.(ts|js)$/.exec(module) ?? [];
  if (folder === undefined) throw new Error(`${module} lies in no package`);
  return new URL(`${name}.${ending}`, folder);
}
