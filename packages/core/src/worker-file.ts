// SPDX-License-Identifier: Apache-2.0

/**
 * A package's worker by its name: beside the package's entries both as source (`src/<name>.ts`) and as bundle
 * (`dist/<name>.js`), however deep in either the asking module lies. `module` is its `import.meta.url`.
 */
export function workerFile(name: string, module: string): URL {
  const [folder, ending] = module.endsWith('.ts') ? ['/src/', '.ts'] : ['/dist/', '.js'];
  const start = module.lastIndexOf(folder);
  if (start === -1) throw new Error(`${module} lies in no package`);
  return new URL(name + ending, module.slice(0, start + folder.length));
}
