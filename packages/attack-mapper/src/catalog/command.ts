// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { fail, messageOf } from '@helios/core/error';
import { writeFileAtomic } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { decodeUtf8 } from '@helios/core/input';
import type { CatalogFlags } from '../cli.ts';
import { buildCatalog, type BuildRequest } from './build.ts';
import { type CatalogDocument, formatCatalog, isLive, parseCatalog } from './catalog.ts';
import { fetchPinned, MAX_BUNDLE_BYTES } from './fetch.ts';

/** `sec-attack-mapper catalog build`: facts out of a file. */
export async function buildFromFile(source: string, flags: CatalogFlags, io: Io): Promise<ExitCode> {
  const text = decodeUtf8(source, readLocal(source, io));
  return write(buildCatalog(requestOf(source, text, flags, io)), flags, io);
}

export interface UpdateFlags extends CatalogFlags {
  readonly url: string;
  readonly sha256: string;
}

/** `sec-attack-mapper catalog update`: the same out of a download whose digest is known beforehand. */
export async function buildFromDownload(flags: UpdateFlags, io: Io): Promise<ExitCode> {
  const bytes = await fetchPinned(flags.url, flags.sha256);
  const source = basename(new URL(flags.url).pathname);
  return write(buildCatalog(requestOf(source, decodeUtf8(source, bytes), flags, io)), flags, io);
}

function requestOf(source: string, text: string, flags: CatalogFlags, io: Io): BuildRequest {
  const { name, release, released, previous } = flags;
  return {
    name: name ?? basename(source),
    path: source,
    text,
    ...(release !== undefined && { version: release }),
    ...(released !== undefined && { released }),
    ...(previous !== undefined && { previous: parseCatalog(previous, decodeUtf8(previous, readLocal(previous, io))) }),
  };
}

async function write(document: CatalogDocument, { output }: CatalogFlags, io: Io): Promise<ExitCode> {
  await writeFileAtomic(resolve(io.cwd, output), formatCatalog(document));
  const live = document.techniques.filter(isLive).length;
  io.stdout.write(
    `${output}: ${document.framework} ${document.version}, ${live} live techniques, ${document.tactics.length} tactics\n`,
  );
  return EXIT.pass;
}

function readLocal(path: string, io: Io): Buffer {
  const absolute = resolve(io.cwd, path);
  try {
    if (statSync(absolute).size > MAX_BUNDLE_BYTES) {
      fail('input', `is over the limit of ${MAX_BUNDLE_BYTES} bytes`, { path, hint: 'Give the bundle of one domain.' });
    }
    return readFileSync(absolute);
  } catch (cause) {
    return fail('usage', `${path} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a STIX bundle, a MISP cluster or ATLAS.yaml.',
    });
  }
}
