// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { z } from 'zod';
import { compileCondition, SQL_TARGETS } from '../../compile/compile.ts';
import { compileAlerts, type Referables } from '../../compile/correlation.ts';
import type { CompileProblem } from '../../compile/problem.ts';
import type { SqlCondition } from '../../compile/sql.ts';
import type { Correlation } from '../../correlation/correlation.ts';
import { applies } from '../../events/index.ts';
import type { Logsource } from '../../events/event.ts';
import type { SigmaRule } from '../../sigma/rule.ts';
import type { Database } from './database.ts';
import { sliceEvents } from './slices.ts';

/** A rule or a correlation that the database cannot be asked. */
export interface Refused {
  readonly rule: SigmaRule | Correlation;
  readonly problem: CompileProblem;
}

interface Asked {
  /** Its place among the rules. */
  readonly index: number;
  /** What it needs of the top of an event, by the columns' names. */
  readonly keys: ReadonlyMap<string, string>;
  readonly condition: SqlCondition;
}

/** So many rules are one query: each scans the few columns that it needs. */
const AT_ONCE = 32;

/**
 * Makes the table `hits` (n of the event, place of the rule): each rule is asked about the events that it is about, as
 * the engine routes them. What the rules of one kind of event ask for is taken out of the JSON once for all of them.
 */
export async function askRules(rules: readonly SigmaRule[], database: Database): Promise<readonly Refused[]> {
  await database.run(database.createEmptyTable('hits', { n: 'integer', rule: 'integer' }));
  const kinds = (await database.rows('SELECT DISTINCT kind FROM events ORDER BY kind')).map(([kind]) => ({
    kind: String(kind),
    logsources: logsourcesOf(String(kind)),
  }));
  const lists = numbered('list');
  const parts = numbered('part');
  const { string } = SQL_TARGETS[database.target];
  const refused: Refused[] = [];
  const groups = new Map<string, Asked[]>();
  for (const [index, rule] of rules.entries()) {
    const keys = new Map<string, string>();
    const part = (key: string): string => {
      keys.set(parts(key), key);
      return parts(key);
    };
    const compiled = compileCondition(rule, database.target, { list: lists, part });
    if ('problem' in compiled) {
      refused.push({ rule, problem: compiled.problem });
      continue;
    }
    const about = kinds.filter((kind) => applies(rule.logsource, kind));
    if (about.length === 0) continue;
    const key = about.map(({ kind }) => string(kind)).join(', ');
    groups.set(key, [...(groups.get(key) ?? []), { index, keys, condition: compiled.condition }]);
  }
  for (const [about, asked] of groups) await askGroup(about, asked, database);
  return refused;
}

/**
 * Makes the table `alerts` out of the table `hits`: of each correlation (by its place), what raised it (`n` of the event,
 * `place` of the rule), the times of its window, how many matches were in it, and its group as JSON.
 */
export async function askCorrelations(set: Referables, database: Database): Promise<readonly Refused[]> {
  const whole = 'integer';
  const columns = { n: whole, place: whole, correlation: whole, time: whole, entries: whole, groups: 'text' } as const;
  await database.run(database.createEmptyTable('alerts', columns));
  const names = Object.keys(columns).join(', ');
  const { lists } = SQL_TARGETS[database.target];
  const refused: Refused[] = [];
  for (const [index, correlation] of set.correlations.entries()) {
    const compiled = compileAlerts(correlation, set, database.target, (_rule, place) => ({
      is: 'matches',
      query: `SELECT * FROM events WHERE n IN (SELECT n FROM hits WHERE rule = ${place})`,
      time: 'time',
      order: 'n',
    }));
    if ('problem' in compiled) {
      refused.push({ rule: correlation, problem: compiled.problem });
      continue;
    }
    const groups = correlation.groupBy.map((_, at) => `group_${at + 1}`);
    const group = groups.length === 0 ? "'[]'" : lists.tuple(groups);
    const query = `SELECT n, place, ${index} AS correlation, time, entries, ${group} AS groups FROM (\n${compiled.queries.join('')}\n) AS alerts`;
    await database.run(`INSERT INTO alerts (${names})\n${query}`);
  }
  return refused;
}

async function askGroup(kinds: string, asked: readonly Asked[], database: Database): Promise<void> {
  const columns = new Map(asked.flatMap(({ condition }) => [...condition.columns]));
  const selected = [...columns].map(([name, expression]) => `,\n  ${expression} AS ${name}`).join('');
  const keys = new Map(asked.flatMap((each) => [...each.keys]));
  const about = `kind IN (${kinds})`;
  for (const within of await sliceEvents(about, columns.size, database)) {
    const from = database.takeApart(keys, `${about} AND ${within}`);
    await database.run(database.createTable('about', `SELECT n${selected}\nFROM ${from} AS event`));
    for (let at = 0; at < asked.length; at += AT_ONCE) {
      const queries = asked
        .slice(at, at + AT_ONCE)
        .map(({ index, condition }) => `SELECT n, ${index} AS rule FROM about WHERE ${condition.condition}`);
      await database.run(`INSERT INTO hits (n, rule)\n${queries.join('\nUNION ALL\n')}`);
    }
    await database.run('DROP TABLE about');
  }
}

/** Short names, without what a database might take for something in them; the same for the same. */
function numbered(prefix: string): (key: string) => string {
  const names = new Map<string, string>();
  return (key) => {
    const name = names.get(key) ?? `${prefix}_${names.size}`;
    names.set(key, name);
    return name;
  };
}

/** As the stage wrote it, or a Parquet file that says that it is of a hunt. */
function logsourcesOf(kind: string): readonly Logsource[] {
  try {
    return KIND.parse(JSON.parse(kind));
  } catch (cause) {
    return fail('input', `${kind} is no list of log sources`, { cause, hint: 'Hunt in the logs themselves again.' });
  }
}

const KIND = z.array(
  z.strictObject({ product: z.string().optional(), category: z.string().optional(), service: z.string().optional() }),
);
