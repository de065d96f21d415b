// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { type Exception, grantedAt, keysOfScope } from '../../core/src/finding/index.ts';
import { surveyRegister } from '../src/audit/survey.ts';
import { findClosings } from '../src/closing/closing.ts';
import type { GateRun, History, Run } from '../src/history/history.ts';
import { dueNotices } from '../src/notice/notices.ts';
import type { Entry } from '../src/register/register.ts';
import { digest, exception } from './stage.ts';

const THOROUGH = process.env['HELIOS_THOROUGH'] === '1';
const DAYS = 365;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-01-01T06:00:00Z');
const OPTIONS = { warnHours: 72, staleAfter: 5, closeAfter: 3 };
const RULES = ['a/one', 'b/two', 'c/three', 'd/four'];

/** Numbers that look random and are the same each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An exception, and what the simulation alone knows of its cause. */
interface Life {
  entry: Entry;
  readonly key: string;
  readonly rule: string;
  /** Day on which the cause is removed. */
  readonly mended: number;
  /** Kept by hand, apart from what is tested: green runs of its rule in a row while it was in effect. */
  green: number;
}

const dateOf = (day: number): string => new Date(START + day * DAY).toISOString().slice(0, 10);

function livesOf(count: number, next: () => number): Life[] {
  return Array.from({ length: count }, (_, index) => {
    const approved = Math.floor(next() * (DAYS - 20));
    const rule = RULES[Math.floor(next() * RULES.length)] ?? '';
    const one = exception({
      id: `EXC-${index}`,
      requested: dateOf(approved),
      approved: dateOf(approved),
      expires: dateOf(approved + 5 + Math.floor(next() * 90)),
      scope: { rule, path: `rules/${index % 50}.yml`, fingerprint: digest(String(index)) },
      // Some wait for a control that never runs: nobody but the gate will notice that they are stale.
      ...(next() < 0.1 && { close: { when: 'control-pass', control: 'never' } }),
    });
    const [key = ''] = keysOfScope(one.scope);
    return {
      entry: { exception: one, path: 'r.yaml', at: ['exceptions', index] },
      key,
      rule,
      mended: next() < 0.5 ? approved + Math.floor(next() * 100) : Infinity,
      green: 0,
    };
  });
}

/** What the gates say on a day: each rule has its gate, and scanners are skipped now and then. */
function scan(
  lives: readonly Life[],
  granted: ReadonlySet<string>,
  day: number,
  next: () => number,
): { run: Run; ran: Set<string> } {
  const ran = new Set(RULES.filter(() => next() > 0.15));
  const inputs = new Set(Array.from({ length: 50 }, (_, index) => `rules/${index}.yml`));
  const gates = RULES.flatMap((rule): GateRun[] => {
    if (!ran.has(rule)) return [];
    const found = lives.filter((life) => life.rule === rule && day < life.mended);
    const waived = found.filter(({ entry }) => granted.has(entry.exception.id));
    return [
      {
        rules: new Set([rule]),
        inputs,
        open: new Set(found.filter(({ entry }) => !granted.has(entry.exception.id)).map(({ key }) => key)),
        suppressed: new Set(waived.map(({ key }) => key)),
        used: new Set(waived.map(({ entry }) => entry.exception.id)),
        unjudged: new Set(),
      },
    ];
  });
  return { run: { at: new Date(START + day * DAY), path: `builds/run-${day}.json`, gates }, ran };
}

interface Tally {
  expiredInEffect: number;
  closedWithoutRuns: number;
  staleUnreported: number;
  staleReported: number;
  closable: number;
  closed: number;
  /** Runs that came on time and later after the warning was due, and what they said. */
  warnedInTime: number;
  warnedLate: number;
  lateUnsaid: number;
  unwarned: number;
  missedWarnings: number;
  twice: number;
}

/** A year in which the runners run daily but for the days on which cron does not. */
function simulate(count: number, isMissed: (day: number) => boolean): Tally {
  const next = random(5);
  const lives = livesOf(count, next);
  const tally: Tally = {
    expiredInEffect: 0,
    closedWithoutRuns: 0,
    staleUnreported: 0,
    staleReported: 0,
    closable: 0,
    closed: 0,
    warnedInTime: 0,
    warnedLate: 0,
    lateUnsaid: 0,
    unwarned: 0,
    missedWarnings: 0,
    twice: 0,
  };
  const sent = new Set<string>();
  let runs: Run[] = [];
  for (let day = 0; day < DAYS; day++) {
    const now = new Date(START + day * DAY);
    const granted = new Set(
      grantedAt(
        lives.map(({ entry }) => entry.exception),
        now,
      ).map(({ id }) => id),
    );
    tally.expiredInEffect += lives.filter(
      ({ entry: { exception } }) => granted.has(exception.id) && lastMoment(exception) < now.getTime(),
    ).length;
    if (isMissed(day)) continue;
    const { run, ran } = scan(lives, granted, day, next);
    runs = [...runs.slice(-50), run];
    const history = { runs, controls: [], gone: new Set<string>() };
    for (const life of lives) {
      const approved = Date.parse(life.entry.exception.approved ?? '');
      if (!ran.has(life.rule) || approved > now.getTime()) continue;
      life.green = day >= life.mended ? life.green + 1 : 0;
    }
    tellAndClose(lives, history, now, sent, tally);
  }
  return tally;
}

function lastMoment({ expires }: Exception): number {
  return Date.parse(`${expires}T23:59:59.999Z`);
}

function tellAndClose(lives: Life[], history: History, now: Date, sent: Set<string>, tally: Tally): void {
  const register = { entries: lives.map(({ entry }) => entry), broken: [], files: [] };
  const surveyed = surveyRegister(register, history, OPTIONS, now);
  const byId = new Map(lives.map((life) => [life.entry.exception.id, life]));
  for (const notice of dueNotices(surveyed, sent, { warnHours: 72, everyHours: 24 }, now)) {
    if (sent.has(notice.key)) tally.twice++;
    sent.add(notice.key);
    const delay = now.getTime() - notice.due.getTime();
    if (notice.late !== delay > DAY) tally.lateUnsaid++;
    if (notice.stage === 'warning') tally[delay <= DAY ? 'warnedInTime' : 'warnedLate']++;
    else if (notice.message.includes('nobody was warned')) tally.unwarned++;
  }
  // By the calendar alone: whoever is within 72 hours of the end has been warned by the end of each run.
  for (const {
    entry: { exception },
  } of lives) {
    const left = lastMoment(exception) - now.getTime();
    const open = exception.state === 'approved' && Date.parse(exception.approved ?? '') <= now.getTime();
    if (open && left >= 0 && left <= 72 * HOUR && !sent.has(`${exception.id} ${exception.expires} warning`))
      tally.missedWarnings++;
  }
  for (const { entry, flaw, state } of surveyed) {
    const life = byId.get(entry.exception.id);
    const isStale = life !== undefined && life.green >= 5 && (state === 'active' || state === 'warned');
    if (isStale) tally[flaw === 'stale' ? 'staleReported' : 'staleUnreported']++;
  }
  for (const { entry } of findClosings(surveyed, history, OPTIONS, now)) {
    const life = byId.get(entry.exception.id);
    if (!life) continue;
    if (life.green < 3) tally.closedWithoutRuns++;
    life.entry = {
      ...entry,
      exception: { ...entry.exception, state: 'closed', end: { at: now.toISOString(), because: 'rule-green' } },
    };
    tally.closed++;
  }
  tally.closable =
    tally.closed +
    lives.filter(
      ({ entry, green }) => green >= 3 && entry.exception.state === 'approved' && entry.exception.close === undefined,
    ).length;
}

describe(`a year of ${THOROUGH ? '10,000' : '400'} exceptions`, () => {
  const count = THOROUGH ? 10_000 : 400;
  it.each<readonly [string, (day: number) => boolean, boolean]>([
    ['daily', () => false, false],
    ['with single days and three in a row missed', (day) => day % 17 === 3 || (day % 45 >= 20 && day % 45 < 23), true],
  ])(
    'run %s: all are warned in time or told late, none is in effect after its end, none closed by a skipped scan',
    (_, isMissed, isGappy) => {
      const tally = simulate(count, isMissed);
      if (THOROUGH) process.stdout.write(`${JSON.stringify(tally)}\n`);
      expect(tally).toMatchObject({
        expiredInEffect: 0,
        closedWithoutRuns: 0,
        staleUnreported: 0,
        lateUnsaid: 0,
        missedWarnings: 0,
        twice: 0,
      });
      expect(tally.staleReported).toBeGreaterThan(0);
      expect(tally.closed / tally.closable).toBeGreaterThanOrEqual(0.95);
      expect(tally.warnedInTime).toBeGreaterThan(count / 4);
      if (isGappy) expect(tally.warnedLate).toBeGreaterThan(0);
      else expect([tally.warnedLate, tally.unwarned]).toEqual([0, 0]);
    },
    THOROUGH ? 1_800_000 : 60_000,
  );
});
