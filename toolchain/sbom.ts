// SPDX-License-Identifier: Apache-2.0
// Writes sbom/helios.cdx.json out of the lock file, or with --check says whether it is what it should be. What changes
// from run to run (serial number, time) and from machine to machine (where packages were fetched) is left out.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = dirname(import.meta.dirname);
const FILE = join(ROOT, 'sbom', 'helios.cdx.json');

interface Reference {
  readonly type: string;
  readonly hashes?: readonly unknown[];
}

interface Component {
  readonly purl: string;
  readonly externalReferences?: readonly Reference[];
}

interface Bom {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly components: readonly Component[];
}

const pnpm = join(ROOT, 'toolchain', 'pnpm', 'node_modules', 'pnpm', 'bin', 'pnpm.mjs');
const printed = execFileSync(
  process.execPath,
  [
    pnpm,
    'sbom',
    '--sbom-format',
    'cyclonedx',
    '--sbom-type',
    'application',
    '--sbom-spec-version',
    '1.6',
    '--lockfile-only',
  ],
  { cwd: ROOT, encoding: 'utf8' },
);
const { serialNumber: _serial, metadata, components, ...bom } = JSON.parse(printed) as Bom & { serialNumber: string };
const { timestamp: _time, ...facts } = metadata;
const text = `${JSON.stringify({ ...bom, metadata: facts, components: components.map(portable).sort((a, b) => (a.purl < b.purl ? -1 : 1)) }, null, 2)}\n`;

if (process.argv.includes('--check')) {
  const same = readFileSync(FILE, 'utf8') === text;
  process.stdout.write(
    same
      ? `${components.length} components, as in the lock file\n`
      : 'sbom/helios.cdx.json is not what the lock file says: run npm run sbom\n',
  );
  process.exitCode = same ? 0 : 1;
} else {
  writeFileSync(FILE, text);
}

/** The digest of what was fetched moves from the address to the component itself. */
function portable({ externalReferences = [], ...component }: Component): Component {
  const hashes = externalReferences.flatMap((reference) => reference.hashes ?? []);
  const others = externalReferences.filter(({ type }) => type !== 'distribution');
  return {
    ...component,
    ...(hashes.length > 0 && { hashes }),
    ...(others.length > 0 && { externalReferences: others }),
  };
}
