// SPDX-License-Identifier: Apache-2.0
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The user's cache folder for Helios (XDG Base Directory Specification, $XDG_CACHE_HOME). None where Helios runs from its
 * sources: they change without their version, and what they derived yesterday may be wrong today.
 */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (import.meta.url.endsWith('.ts')) return undefined;
  const base = env['XDG_CACHE_HOME'];
  return join(base !== undefined && isAbsolute(base) ? base : join(env['HOME'] ?? homedir(), '.cache'), 'helios');
}
