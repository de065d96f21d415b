// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '../hash/index.ts';

/**
 * The folder of facts about one project that this very build may have left: in the user's cache (XDG Base Directory
 * Specification, $XDG_CACHE_HOME), by project and by build, since other code may draw other facts from the same bytes.
 * Sources that run as they are have no build to tell them apart, and remember nothing.
 */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>, root: string): string | undefined {
  const build = buildOf(fileURLToPath(import.meta.url));
  if (build === undefined) return undefined;
  return join(baseDirectory(env, 'XDG_CACHE_HOME', '.cache'), 'helios', projectName(root), build);
}

/** The folder of what must outlive a build and cannot be found again, such as what was sent ($XDG_STATE_HOME). */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>, root: string): string {
  return join(baseDirectory(env, 'XDG_STATE_HOME', '.local/state'), 'helios', projectName(root));
}

/** Relative paths in these variables are invalid, says the specification, and not to be followed. */
function baseDirectory(env: Readonly<Record<string, string | undefined>>, variable: string, usual: string): string {
  const named = env[variable];
  return named !== undefined && isAbsolute(named) ? named : join(env['HOME'] ?? homedir(), usual);
}

function projectName(root: string): string {
  return sha256Hex(root).slice(0, 16);
}

/** Chunks are named by digests of what they hold, so their names name the build. */
function buildOf(file: string): string | undefined {
  if (basename(dirname(file)) !== 'chunks') return undefined;
  return sha256Hex(readdirSync(dirname(file)).sort().join('\n')).slice(0, 16);
}
