// SPDX-License-Identifier: Apache-2.0
// Bundles every package: the library file by file with its dependencies outside, the binaries with all they need inside,
// in chunks that are loaded when a command asks for them.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type OutputChunk } from 'rolldown';
import { inAscii, quickStart } from './quick-start.ts';

const ROOT = dirname(import.meta.dirname);

interface Manifest {
  readonly name: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, { readonly source: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Source files that are started on their own. */
const WORKERS = ['gate-worker.ts', 'run-worker.ts'];

await Promise.all(readdirSync(join(ROOT, 'packages')).map(bundle));

async function bundle(name: string): Promise<void> {
  const folder = join(ROOT, 'packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { output } = await build({
    cwd: folder,
    input: entries(folder, manifest),
    platform: 'node',
    // `module` before `main`: the UMD builds that some packages have there hide their parts from a bundler.
    resolve: { conditionNames: ['source', 'node', 'import', 'default'], mainFields: ['module', 'main'] },
    external: manifest.bin
      ? []
      : Object.keys(manifest.dependencies ?? {}).map((dependency) => new RegExp(`^${dependency}(/|$)`)),
    plugins: manifest.bin ? [quickStart] : [],
    output: {
      dir: 'dist',
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      minify: manifest.bin ? { compress: true, mangle: false, codegen: true } : false,
    },
    logLevel: 'warn',
    write: false,
  });
  // Only now: a binary that is started meanwhile should find the old bundle, not none.
  removeBundle(join(folder, 'dist'));
  for (const part of output)
    writePart(join(folder, 'dist', part.fileName), part.type === 'chunk' ? inAscii(part.code) : part.source);
  if (manifest.bin)
    writeFileSync(join(folder, 'dist', 'LICENSES.txt'), licenses(output.filter((part) => part.type === 'chunk')));
}

/** All but the types, which tsc writes and keeps up to date by itself. */
function removeBundle(dist: string): void {
  if (!existsSync(dist)) return;
  for (const entry of readdirSync(dist)) if (entry !== 'types') rmSync(join(dist, entry), { recursive: true });
}

function writePart(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function entries(folder: string, manifest: Manifest): Record<string, string> {
  const listed = Object.values(manifest.exports ?? {}).map(({ source }) => source);
  const own = manifest.bin
    ? [
        './src/bin.ts',
        ...WORKERS.filter((file) => readdirSync(join(folder, 'src')).includes(file)).map((file) => `./src/${file}`),
      ]
    : [];
  return Object.fromEntries(
    [...listed, ...own].map((source) => [source.replace(/^\.\/src\//, '').replace(/\.ts$/, ''), source]),
  );
}

/** The licence texts of all packages that went into a bundle, as most of them ask for. */
function licenses(chunks: readonly OutputChunk[]): string {
  const folders = new Set(
    chunks
      .flatMap((chunk) => chunk.moduleIds)
      .flatMap((id) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? []),
  );
  return [...folders]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
        string,
        string
      >;
      const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
      return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : 'No licence file.'}\n`;
    })
    .sort()
    .join(`\n${'-'.repeat(80)}\n\n`);
}
