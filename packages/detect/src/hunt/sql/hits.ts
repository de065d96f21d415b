// SPDX-License-Identifier: Apache-2.0
import type { Ruleset } from '../../ruleset.ts';
import { type Hit, silentParts } from '../hunt.ts';
import type { Database } from './database.ts';

/** Events whose hits are fetched at once, so that memory does not grow with the logs. */
const PAGE = 20_000;

/** What was found, in the order of events, and of rules at one event. Rules that a correlation counts are not told. */
export async function* readHits(
  { rules, correlations }: Ruleset,
  database: Database,
  events: number,
): AsyncGenerator<readonly Hit[]> {
  const isPart = silentParts(correlations.map(({ correlation }) => correlation));
  for (let from = 0; from < events; from += PAGE) {
    const within = (name: string): string => `${name}.n >= ${from} AND ${name}.n < ${from + PAGE}`;
    const rows = await database.rows(
      `SELECT h.rule, e.file, e.record, e.time
FROM hits AS h INNER JOIN events AS e ON h.n = e.n
WHERE ${within('h')} AND ${within('e')}
ORDER BY h.n, h.rule`,
    );
    yield rows.flatMap(([index, file, record, time]): Hit[] => {
      const rule = rules[Number(index)]?.rule;
      if (!rule || isPart(rule)) return [];
      const { id, title, level = 'none' } = rule;
      const when = time === null ? {} : { time: new Date(Number(time)).toISOString() };
      return [{ id, title, level, ...when, file: String(file), record: Number(record) }];
    });
  }
}
