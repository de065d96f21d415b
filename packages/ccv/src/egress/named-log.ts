// SPDX-License-Identifier: Apache-2.0
import { statSync } from 'node:fs';
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

/** `source=file`, each. Throws HeliosError `usage` for the first that is not, before anything is read. */
export function namedLogs(given: readonly string[], { sources }: WatchSettings, { cwd }: Io): NamedLog[] {
  return given.map((each) => {
    const cut = each.indexOf('=');
    const source = each.slice(0, Math.max(0, cut));
    const settings = sources[source];
    if (!settings || !Object.hasOwn(sources, source)) return unknownSource(each, source, Object.keys(sources));
    const path = each.slice(cut + 1);
    const absolute = resolve(cwd, path);
    if (!statSync(absolute, { throwIfNoEntry: false })?.isFile())
      fail('usage', `${path} is no file`, {
        hint: 'Name a log that is closed; one that still grows would be read twice.',
      });
    return { source, settings, path, absolute, records: () => readLog(path, absolute) };
  });
}

function unknownSource(given: string, source: string, known: readonly string[]): never {
  const nearest = nearestOf(source, known);
  const hint = nearest === undefined ? `Sources: ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
  return source === ''
    ? fail('usage', `"${given}" does not say which source it is of`, { hint: 'Write source=file.' })
    : fail('usage', `no source "${source}" in the settings`, { hint });
}
