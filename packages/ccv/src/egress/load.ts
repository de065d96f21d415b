// SPDX-License-Identifier: Apache-2.0
import { parseConfigFile } from '@helios/core/config';
import type { LoadContext } from '@helios/core/gate';
import { literalGlob } from '@helios/core/input';
import { type Baseline, baselineSchema } from './baseline.ts';
import type { EgressOptions } from './options.ts';
import { type WatchSettings, watchSchema } from './settings.ts';
import { type EgressRecords, sortRecords } from './shelf.ts';

export interface EgressInputs extends EgressRecords {
  /** Of the settings. */
  readonly path: string;
  readonly settings: WatchSettings;
  readonly baseline: Baseline | undefined;
}

/** What egress is judged by; undefined where helios.yaml does not ask for it. */
export async function loadEgress(
  context: LoadContext,
  options: EgressOptions | undefined,
): Promise<EgressInputs | undefined> {
  if (!options) return undefined;
  const path = options.settings;
  const settings = await parseConfigFile(context.read(path), watchSchema);
  const [file] = context.files({ include: [literalGlob(settings.baseline)] });
  const baseline = file === undefined ? undefined : await parseConfigFile(context.read(file), baselineSchema);
  const sources = context.readAll(context.files({ include: options.records, ignored: true }));
  return { path, settings, baseline, ...sortRecords(sources, (at, thrown) => context.problem(at, thrown)) };
}
