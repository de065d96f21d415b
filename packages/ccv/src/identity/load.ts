// SPDX-License-Identifier: Apache-2.0
import { parseConfigFile } from '@helios/core/config';
import { readRecord } from '@helios/core/evidence';
import type { LoadContext } from '@helios/core/gate';
import type { IdentityOptions } from './options.ts';
import { type DrillSettings, drillSchema } from './settings.ts';
import { DRILL_TYPE, type DrillRecord, drillRecordSchema } from './timeline.ts';

export interface IdentityInputs {
  /** Path of helios.yaml. */
  readonly config: string;
  readonly drills: readonly { readonly path: string; readonly settings: DrillSettings }[];
  readonly records: readonly { readonly path: string; readonly record: DrillRecord }[];
}

/** What identity drills are judged by; undefined where helios.yaml does not ask for it. */
export async function loadIdentity(
  context: LoadContext,
  options: IdentityOptions | undefined,
): Promise<IdentityInputs | undefined> {
  if (!options) return undefined;
  const drills: IdentityInputs['drills'][number][] = [];
  for (const source of context.readAll(context.files({ include: options.drills })))
    drills.push({ path: source.path, settings: await parseConfigFile(source, drillSchema) });
  const records = context.readAll(context.files({ include: options.records, ignored: true })).flatMap((source) => {
    try {
      const record = readRecord(source, DRILL_TYPE, drillRecordSchema);
      return record ? [{ path: source.path, record }] : [];
    } catch (thrown) {
      context.problem(source.path, thrown);
      return [];
    }
  });
  return { config: context.config?.path ?? 'helios.yaml', drills, records };
}
