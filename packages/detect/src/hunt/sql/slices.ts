// SPDX-License-Identifier: Apache-2.0
import type { Database } from './database.ts';

/** What the parts of events that are taken apart at once may come to, in bytes: however many and large the events are. */
const BUDGET = 16 * 1024 * 1024;
/** What a column has of an event beside its text. */
const CELL = 16;
/** As many blocks, at most, are told apart; events of one are next to each other. */
const BLOCKS = 65_536;
const SMALLEST = 16;

/**
 * The events that meet a condition, in ranges of `n` that a database can take apart into so many columns with the memory
 * that it has: conditions on `n`, in its order.
 */
export async function sliceEvents(where: string, columns: number, database: Database): Promise<readonly string[]> {
  const [[last] = []] = await database.rows(`SELECT max(n) FROM events WHERE ${where}`);
  const block = Math.max(SMALLEST, Math.ceil(Number(last ?? 0) / BLOCKS));
  const blocks = await database.rows(
    `SELECT floor(n / ${block}) AS block, count(*), sum(length(json)) FROM events WHERE ${where} GROUP BY block ORDER BY block`,
  );
  const starts: number[] = [];
  let size = Infinity;
  for (const [at, events, bytes] of blocks) {
    const own = Number(bytes) + Number(events) * columns * CELL;
    if (size + own > BUDGET) {
      starts.push(Number(at) * block);
      size = 0;
    }
    size += own;
  }
  return starts.map((start, index) => {
    const next = starts[index + 1];
    return `n >= ${start}${next === undefined ? '' : ` AND n < ${next}`}`;
  });
}
