// SPDX-License-Identifier: Apache-2.0
import { type Observation, observe, timeOf } from './observation.ts';
import type { EgressWatch } from './record.ts';
import type { Source } from './settings.ts';

/** What became of the records of one source in one run. */
export interface SourceCensus {
  log(name: string, sha256: string): void;
  /** The observation of a record, if it is one. Both times are milliseconds since 1970. */
  count(
    record: unknown,
    source: Source,
    internal: ReadonlySet<string>,
    clock: { readonly now: number; readonly closed: number },
  ): Observation | undefined;
  tell(): EgressWatch['sources'][number];
}

export function openCensus(source: string): SourceCensus {
  const logs: { name: string; sha256: string }[] = [];
  let until = 0;
  const counts = { records: 0, watched: 0, late: 0, ahead: 0, undated: 0, unattributed: 0, unaddressed: 0 };
  return {
    log: (name, sha256) => void logs.push({ name, sha256 }),
    count(record, settings, internal, { now, closed }) {
      counts.records++;
      until = Math.max(until, Math.min(timeOf(record, settings) ?? 0, now));
      const observation = observe(record, settings, internal);
      if (observation === 'elsewhere') return undefined;
      if (typeof observation === 'string') {
        counts[observation]++;
        return undefined;
      }
      counts.watched++;
      if (observation.time < closed) counts.late++;
      const latest = observation.observed ?? now;
      if (observation.time <= latest) return observation;
      // A workload that writes its own clock could push the watermark ahead, and make all that others do late.
      counts.ahead++;
      return { ...observation, time: latest };
    },
    tell: () => ({ source, logs, ...(until > 0 && { until: new Date(until).toISOString() }), ...counts }),
  };
}
