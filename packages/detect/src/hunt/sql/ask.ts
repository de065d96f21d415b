// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { z } from 'zod';
import { compileCondition, SQL_TARGETS } from '../../compile/compile.ts';
import type { CompileProblem } from '../../compile/problem.ts';
import type { SqlCondition } from '../../compile/sql.ts';
import { applies } from '../../events/index.ts';
import type { Logsource } from '../../events/event.ts';
import type { SigmaRule } from '../../sigma/rule.ts';
import type { Database } from './database.ts';

/** A rule that the database cannot be asked. */
export interface Refused {
  readonly rule: SigmaRule;
  readonly problem: CompileProblem;
}

interface Asked {
  /** Its place among the rules. */
  readonly index: number;
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
  const names = new Map<string, string>();
  const nameOf = (list: string): string => {
    const name = names.get(list) ?? `list_${names.size}`;
    names.set(list, name);
    return name;
  };
  const { string } = SQL_TARGETS[database.target];
  const refused: Refused[] = [];
  const groups = new Map<string, Asked[]>();
  for (const [index, rule] of rules.entries()) {
    const compiled = compileCondition(rule, database.target, nameOf);
    if ('problem' in compiled) {
      refused.push({ rule, problem: compiled.problem });
      continue;
    }
    const about = kinds.filter((kind) => applies(rule.logsource, kind));
    if (about.length === 0) continue;
    const key = about.map(({ kind }) => string(kind)).join(', ');
    groups.set(key, [...(groups.get(key) ?? []), { index, condition: compiled.condition }]);
  }
  for (const [about, asked] of groups) await askGroup(about, asked, database);
  return refused;
}

async function askGroup(kinds: string, asked: readonly Asked[], database: Database): Promise<void> {
  const columns = new Map(asked.flatMap(({ condition }) => [...condition.columns]));
  const selected = [...columns].map(([name, expression]) => `,\n  ${expression} AS ${name}`).join('');
  await database.run(database.createTable('about', `SELECT n, json${selected}\nFROM events\nWHERE kind IN (${kinds})`));
  for (let start = 0; start < asked.length; start += AT_ONCE) {
    const queries = asked
      .slice(start, start + AT_ONCE)
      .map(({ index, condition }) => `SELECT n, ${index} AS rule FROM about WHERE ${condition.condition}`);
    await database.run(`INSERT INTO hits (n, rule)\n${queries.join('\nUNION ALL\n')}`);
  }
  await database.run('DROP TABLE about');
}

/** As the stage wrote it, or a Parquet file that says that it is of a hunt. */
function logsourcesOf(kind: string): readonly Logsource[] {
  try {
    return KIND.parse(JSON.parse(kind)) as readonly Logsource[];
  } catch (cause) {
    return fail('input', `${kind} is no list of log sources`, { cause, hint: 'Hunt in the logs themselves again.' });
  }
}

const KIND = z.array(
  z.strictObject({ product: z.string().optional(), category: z.string().optional(), service: z.string().optional() }),
);
