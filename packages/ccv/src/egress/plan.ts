// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfigFile, type Project } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { checkPath, readSource, type SourceFile } from '@helios/core/input';
import { type Baseline, baselineSchema } from './baseline.ts';
import { asciiName } from './destination.ts';
import { type WatchSettings, watchSchema } from './settings.ts';

/** What a watch is told to do, and the files that told it. */
export interface WatchPlan {
  readonly settings: WatchSettings;
  readonly settingsFile: SourceFile;
  /** Absent until it is learned. */
  readonly baseline?: { readonly file: SourceFile; readonly known: Baseline };
  /** Suffixes in ASCII. */
  readonly internal: ReadonlySet<string>;
}

/** Reads settings and baseline; `path` is relative to the root. Throws HeliosError. */
export async function readPlan({ root }: Project, path: string): Promise<WatchPlan> {
  const settingsFile = readSource(root, path);
  const settings = await parseConfigFile(settingsFile, watchSchema);
  const plan = {
    settings,
    settingsFile,
    internal: new Set(settings.internal.map((suffix) => asciiName(suffix) ?? unknownSuffix(suffix, path))),
  };
  if (!existsSync(join(root, checkPath(settings.baseline)))) return plan;
  const file = readSource(root, settings.baseline);
  return { ...plan, baseline: { file, known: await parseConfigFile(file, baselineSchema) } };
}

function unknownSuffix(suffix: string, path: string): never {
  return fail('config', `internal: "${suffix}" is no name`, { path, hint: 'Write a suffix such as cluster.local.' });
}
