// SPDX-License-Identifier: Apache-2.0
import { globSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { nearestOf } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { readLog } from './log.ts';
import type { Source, WatchSettings } from './settings.ts';

/** A log, and what kind it is of. */
export interface NamedLog {
  readonly source: string;
  readonly settings: Source;
  /** As the user wrote it. */
  readonly path: string;
  readonly absolute: string;
  readonly records: () => AsyncGenerator;
}

/**
 * `source=file` or `source=glob`, each; what a glob names comes in the order of code units. Throws HeliosError `usage` for
 * the first that is neither, before anything is read.
 */
export function namedLogs(given: readonly string[], { sources }: WatchSettings, { cwd }: Io): NamedLog[] {
  return given.flatMap((each) => {
    const cut = each.indexOf('=');
    const source = each.slice(0, Math.max(0, cut));
    const settings = Object.hasOwn(sources, source) ? sources[source] : undefined;
    if (!settings) return unknownSource(each, source, Object.keys(sources));
    return pathsOf(each.slice(cut + 1), cwd).map((path) => {
      const absolute = resolve(cwd, path);
      return { source, settings, path, absolute, records: () => readLog(path, absolute) };
    });
  });
}

/** A shell expands globs only where a word begins with them, and here it begins with the source. */
function pathsOf(path: string, cwd: string): string[] {
  const isFile = (each: string): boolean => statSync(resolve(cwd, each), { throwIfNoEntry: false })?.isFile() === true;
  const paths = isFile(path) ? [path] : globSync(path, { cwd }).filter(isFile).sort();
  return paths.length > 0
    ? paths
    : fail('usage', `${path} is no file`, {
        hint: 'Name a log that is closed; one that still grows would be read twice.',
      });
}

function unknownSource(given: string, source: string, known: readonly string[]): never {
  const nearest = nearestOf(source, known);
  const hint = nearest === undefined ? `Sources: ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
  return source === ''
    ? fail('usage', `"${given}" does not say which source it is of`, { hint: 'Write source=file.' })
    : fail('usage', `no source "${source}" in the settings`, { hint });
}
