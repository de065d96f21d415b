// SPDX-License-Identifier: Apache-2.0
import type { Referables } from '../../compile/correlation.ts';
import { type Hit, silentParts } from '../hunt.ts';
import type { Database } from './database.ts';

/** Events whose hits are fetched at once, so that memory does not grow with the logs. */
const PAGE = 20_000;

/**
 * What was found, in the order of events, and at one event in the order of rules, each before the correlations that it
 * raised. Rules that a correlation counts are not told.
 */
export async function* readHits(
  { rules, correlations }: Referables,
  database: Database,
  events: number,
): AsyncGenerator<readonly Hit[]> {
  const isPart = silentParts(correlations);
  for (let from = 0; from < events; from += PAGE) {
    const within = `n >= ${from} AND n < ${from + PAGE}`;
    const rows = await database.rows(
      `SELECT place, correlation, file, record, coalesce(raised, time), entries, groups
FROM (
  SELECT n, rule AS place, -1 AS correlation, NULL AS raised, 0 AS entries, '' AS groups FROM hits WHERE ${within}
  UNION ALL
  SELECT n, place, correlation, time AS raised, entries, groups FROM alerts WHERE ${within}
) AS found
INNER JOIN (SELECT n AS at, file, record, time FROM events WHERE ${within}) AS event ON found.n = event.at
ORDER BY found.n, place, correlation`,
    );
    yield rows.flatMap(([place, index, file, record, time, entries, groups]): Hit[] => {
      const correlation = correlations[Number(index)];
      const told = correlation ?? rules[Number(place)];
      if (!told || isPart(told)) return [];
      const { id, title, level = 'none' } = told;
      const when = time === null ? {} : { time: new Date(Number(time)).toISOString() };
      const at = { file: String(file), record: Number(record) };
      const group = correlation && { group: groupOf(correlation.groupBy, String(groups)), matches: Number(entries) };
      return [{ id, title, level, ...when, ...at, ...group }];
    });
  }
}

function groupOf(names: readonly string[], json: string): Readonly<Record<string, string>> {
  const values = JSON.parse(json) as readonly string[];
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}
