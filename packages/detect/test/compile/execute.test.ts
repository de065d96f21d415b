// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileRule } from '../../src/compile/compile.ts';
import { WINDOWS_SOURCES } from '../../src/compile/windows-sources.ts';
import { or } from '../../src/sigma/expression.ts';
import { compileMatcher } from '../../src/sigma/match.ts';
import { tells } from '../../src/events/applies.ts';
import type { SigmaRule } from '../../src/sigma/rule.ts';
import { EventView } from '../../src/sigma/view.ts';
import { NO_DATA, readEvents, readRules, type Recorded } from './corpus.ts';
import { type Database, type DatabaseName, openDatabase, whyNo } from './engines.ts';

/** Events of other kinds among those that a rule is about: one of so many. */
const DECOYS = 500;

/** As `matchAll` does, with the matcher compiled once. */
function expected(rule: SigmaRule, events: readonly Recorded[]): number[] {
  const matches = compileMatcher(or(rule.expressions));
  return events.flatMap(({ event }, n) =>
    event.logsources.some((each) => tells(each, rule.logsource)) && matches(new EventView(event)) ? [n] : [],
  );
}

describe.each<DatabaseName>(['duckdb', 'clickhouse'])('the public rules in %s', (name) => {
  const skipped = `${whyNo(name)}${NO_DATA}`;
  describe.skipIf(skipped !== '')(`on recorded Windows events${skipped}`, () => {
    let database: Database | undefined;
    beforeAll(async () => {
      database = await openDatabase(name);
    });
    afterAll(() => database?.close());

    it('select what matchAll matches', { timeout: 3_600_000 }, async () => {
      if (!database) throw new Error('no database');
      const rules = readRules();
      const events = readEvents();
      const differences: unknown[] = [];
      const counts = { rules: 0, matching: 0, events: 0 };
      for (const { logsource } of WINDOWS_SOURCES) {
        const own = rules.filter(
          (rule) =>
            tells(rule.logsource, logsource) && Object.keys(rule.logsource).length === Object.keys(logsource).length,
        );
        if (own.length === 0) continue;
        const among = events.filter(
          ({ event }, index) => index % DECOYS === 0 || event.logsources.some((each) => tells(each, logsource)),
        );
        await database.load(
          't',
          among.map(({ json }) => json),
        );
        for (const rule of own) {
          const compiled = compileRule(rule, name, { from: 't' });
          if ('problem' in compiled) continue;
          const wanted = expected(rule, among);
          const found = new Set<number>();
          for (const query of compiled.queries) for (const n of await database.select(query)) found.add(n);
          const selected = [...found].sort((a, b) => a - b);
          counts.rules++;
          counts.events += wanted.length;
          if (wanted.length > 0) counts.matching++;
          if (selected.join() !== wanted.join())
            differences.push({
              rule: rule.id,
              wanted: wanted.length,
              found: selected.length,
              first: [wanted[0], selected[0]],
            });
        }
      }
      expect(differences).toEqual([]);
      // Most of the rules that compile are about what was recorded; a run that compares few is no comparison.
      expect(counts.rules).toBeGreaterThan(2000);
      expect(counts.matching).toBeGreaterThan(150);
      process.stdout.write(`${name}: ${JSON.stringify(counts)}\n`);
    });
  });
});
