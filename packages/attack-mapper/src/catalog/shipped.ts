// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '@helios/core/error';
import { syntaxOf } from '@helios/core/input';
import type { LoadContext } from '@helios/core/gate';
import { type Catalog, type Framework, parseCatalog, trustCatalog } from './catalog.ts';

const FOLDER = 'controls/catalog';

/** Opens a catalog by the path of a file in the repository, or by the version of one that comes with Helios. */
export function openCatalog(context: LoadContext, framework: Framework, reference: string): Catalog {
  const catalog =
    syntaxOf(reference) === 'json' ? fromTree(context, reference) : fromShipped(context, framework, reference);
  if (catalog.document.framework !== framework) {
    fail('config', `is a catalog of ${catalog.document.framework}, not of ${framework}`, {
      path: reference,
      hint: 'Exchange the two under gates.attack-mapper.catalogs.',
    });
  }
  return catalog;
}

function fromTree(context: LoadContext, path: string): Catalog {
  return parseCatalog(path, context.read(path).text);
}

function fromShipped(context: LoadContext, framework: Framework, version: string): Catalog {
  const name = nameOf(framework, version);
  const text = readShipped(framework, version);
  context.record(`helios:${name}`, text);
  return trustCatalog(name, text);
}

/** A catalog that comes with Helios. Throws HeliosError `config` when there is none of the version. */
export function openShipped(framework: Framework, version: string): Catalog {
  return trustCatalog(nameOf(framework, version), readShipped(framework, version));
}

function readShipped(framework: Framework, version: string): string {
  const shipped = shippedVersions(framework);
  if (!shipped.includes(version)) {
    fail('config', `no ${framework} catalog of version ${version} comes with Helios`, {
      hint: `Versions: ${shipped.join(', ')}. Or name a file made with \`sec-attack-mapper catalog build\`.`,
    });
  }
  return readFileSync(join(shippedFolder(), `${prefixOf(framework)}${version}.json`), 'utf8');
}

function nameOf(framework: Framework, version: string): string {
  return `${FOLDER}/${prefixOf(framework)}${version}.json`;
}

/** Versions of the catalogs that come with Helios, the oldest first. */
export function shippedVersions(framework: Framework): string[] {
  const prefix = prefixOf(framework);
  return readdirSync(shippedFolder())
    .filter((name) => name.startsWith(prefix) && name.endsWith('.json'))
    .map((name) => name.slice(prefix.length, -'.json'.length))
    .sort(compareVersions);
}

export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index++) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function prefixOf(framework: Framework): string {
  return framework === 'attack' ? 'attack-enterprise-' : 'atlas-';
}

/** The nearest folder upward that holds the catalogs: the package's own when installed, the repository's here. */
function shippedFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, FOLDER);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) throw new Error(`the package is incomplete: ${FOLDER} is missing`);
  }
}
