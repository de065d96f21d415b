// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import type { Project } from '@helios/core/config';
import { readRecord } from '@helios/core/evidence';
import { readSource, type SourceFile } from '@helios/core/input';
import {
  ALERT_TYPE,
  type EgressAlert,
  egressAlertSchema,
  type EgressTriage,
  egressTriageSchema,
  type EgressWatch,
  egressWatchSchema,
  TRIAGE_TYPE,
  WATCH_TYPE,
} from './record.ts';

/** A record and the file it came from. */
interface Shelved<T> {
  readonly path: string;
  readonly record: T;
}

export interface EgressRecords {
  readonly alerts: readonly Shelved<EgressAlert>[];
  readonly triages: readonly Shelved<EgressTriage>[];
  readonly runs: readonly Shelved<EgressWatch>[];
}

/** Sorts records by what they are; those of other runners are passed over, and broken ones told of. */
export function sortRecords(
  sources: readonly SourceFile[],
  broken: (path: string, thrown: unknown) => void,
): EgressRecords {
  const records = {
    alerts: [] as Shelved<EgressAlert>[],
    triages: [] as Shelved<EgressTriage>[],
    runs: [] as Shelved<EgressWatch>[],
  };
  for (const source of sources) {
    const { path } = source;
    try {
      const alert = readRecord(source, ALERT_TYPE, egressAlertSchema);
      const triage = readRecord(source, TRIAGE_TYPE, egressTriageSchema);
      const run = readRecord(source, WATCH_TYPE, egressWatchSchema);
      if (alert) records.alerts.push({ path, record: alert });
      if (triage) records.triages.push({ path, record: triage });
      if (run) records.runs.push({ path, record: run });
    } catch (thrown) {
      broken(path, thrown);
    }
  }
  return records;
}

/** The records of an evidence folder, for runners: that of --evidence-dir, else of the configuration. */
export function readShelf(project: Project, { evidenceDir }: { readonly evidenceDir?: string }, io: Io): EgressRecords {
  const directory =
    evidenceDir === undefined ? join(project.root, project.config.evidence.directory) : resolve(io.cwd, evidenceDir);
  if (!existsSync(join(directory, 'soc'))) return { alerts: [], triages: [], runs: [] };
  const root = realpathSync(directory);
  const names = readdirSync(join(root, 'soc')).filter(
    (name) => name.startsWith('egress-') && name.endsWith('.intoto.json'),
  );
  const sources = names.sort().map((name) => readSource(root, `soc/${name}`));
  return sortRecords(sources, (_path, thrown) => {
    throw thrown;
  });
}
