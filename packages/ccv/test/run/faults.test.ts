// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlRun } from '@helios/core/record';
import { describe, expect, it } from 'vitest';
import { recover } from '../../src/run/recover.ts';
import { runnerOn, runOf, temporaryFolder, worldWith } from '../stage.ts';
import { type Fault, FAULTS, Shop, shopControl } from './shop.ts';

/** Of a run in which nothing goes wrong: guardrails, state, steady state, action, verification, rollback, and again. */
const REQUESTS = 11;
const THOROUGH = process.env['HELIOS_THOROUGH'] === '1';
const AT_ONCE = 12;

/** Faults by the number of the request; those after the last stay as it is where `forever`. */
interface Plan {
  readonly faults: ReadonlyMap<number, Fault>;
  readonly forever: boolean;
}

interface Outcome {
  readonly plan: Plan;
  readonly shop: Shop;
  /** Absent where the runner died. */
  readonly record: ControlRun | undefined;
  /** What the next runner made of it, while nothing went wrong any more. */
  readonly recovered: readonly ControlRun[];
  readonly untouchedAfterRun: boolean;
  readonly lookedAfterRun: boolean;
  readonly pendingAfterRun: number;
}

/** One run with faults, and the start of the next runner on the journal as the first one left it at its end or death. */
async function suffer(plan: Plan): Promise<Outcome> {
  const shop = await Shop.open();
  const [state, next] = [temporaryFolder(), temporaryFolder()];
  const living = worldWith([shop.host]);
  const world = { ...living };
  const runner = await runnerOn(world, state);
  const died = Promise.withResolvers<undefined>();
  let dead = false;
  const last = Math.max(...plan.faults.keys());
  shop.fault = (request) =>
    plan.faults.get(request) ?? (plan.forever && request > last ? plan.faults.get(last) : undefined);
  shop.crash = () => {
    if (dead) return;
    dead = true;
    // What a SIGKILL leaves: the files as they are now, and a process that can touch nothing any more.
    for (const file of ['journal.sqlite', 'journal.sqlite-wal'])
      if (existsSync(join(state, file))) copyFileSync(join(state, file), join(next, file));
    Object.assign(world, { network: { allow: [], private: [] } });
    died.resolve(undefined);
  };
  const finished = runOf(shopControl(shop), runner);
  const record = await Promise.race([finished, died.promise]);
  const pendingAfterRun = dead ? 0 : runner.journal.unsettled().length;
  const [untouchedAfterRun, lookedAfterRun] = [shop.untouched, shop.lookedAfterwards];

  shop.fault = () => undefined;
  const after = dead ? await runnerOn(living, next) : { ...runner, world: living };
  const recovered = await recover(after);
  await finished.catch(() => undefined);
  shop.close();
  for (const journal of new Set([runner.journal, after.journal])) journal.end();
  // Thousands of them at the end would take longer than a test may.
  for (const folder of [state, next, world.root]) rmSync(folder, { recursive: true });
  return { plan, shop, record, recovered, untouchedAfterRun, lookedAfterRun, pendingAfterRun };
}

/** The laws that no fault may break; a line for each that is. */
function broken({
  plan,
  shop,
  record,
  recovered,
  untouchedAfterRun,
  lookedAfterRun,
  pendingAfterRun,
}: Outcome): string[] {
  const problems: string[] = [];
  const claim = (holds: boolean, law: string): void => {
    if (!holds) problems.push(`${law}: ${JSON.stringify([...plan.faults])} ${plan.forever} ${JSON.stringify(record)}`);
  };
  if (record) {
    claim(
      record.outcome !== 'pass' || (untouchedAfterRun && lookedAfterRun),
      'a pass without a steady state afterwards',
    );
    claim(record.rollback?.verified !== true || untouchedAfterRun, 'a verified rollback that was none');
    claim(untouchedAfterRun || pendingAfterRun > 0, 'a rollback that failed and is not pending');
    claim(untouchedAfterRun || record.outcome === 'fail', 'a rollback that failed and is not loud');
  }
  claim(
    recovered.every(({ outcome }) => outcome !== 'pass'),
    'a rollback that was made up for became a pass',
  );
  claim(shop.untouched, 'something is left after the next start');
  return problems;
}

async function sufferAll(plans: readonly Plan[]): Promise<Outcome[]> {
  const queue = plans.values();
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (const plan of queue) outcomes.push(await suffer(plan));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

/** Each fault at each request, alone and from there on. */
const SINGLE: readonly Plan[] = FAULTS.flatMap((fault) =>
  Array.from({ length: REQUESTS + 1 }, (_, index) => new Map([[index + 1, fault]])).flatMap((faults) => [
    { faults, forever: false },
    ...(fault.startsWith('crash') || (fault === 'hang' && !THOROUGH) ? [] : [{ faults, forever: true }]),
  ]),
);

/** Two or three faults in one run, drawn by a generator that anybody can repeat. */
function drawn(count: number): Plan[] {
  let seed = 20_261_121;
  const below = (limit: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  return Array.from({ length: count }, () => {
    const pairs = Array.from(
      { length: 2 + below(2) },
      () => [1 + below(REQUESTS + 4), FAULTS[below(FAULTS.length)] ?? '500'] as const,
    );
    return { faults: new Map(pairs), forever: false };
  });
}

describe('whatever goes wrong', () => {
  it(
    `a run is rolled back, or fails loudly and stays pending (${THOROUGH ? 'all' : 'small'})`,
    { timeout: 900_000 },
    async () => {
      const plans = [...SINGLE, ...drawn(THOROUGH ? 2000 : 30)];
      const outcomes = await sufferAll(plans);
      expect(outcomes.flatMap(broken)).toEqual([]);
      // The faults were there, and not all runs were lost to them.
      const passed = outcomes.filter(({ record }) => record?.outcome === 'pass').length;
      expect(passed).toBeGreaterThan(0);
      expect(outcomes.filter(({ record }) => !record).length).toBeGreaterThan(0);
      if (THOROUGH) expect(outcomes.length).toBeGreaterThan(2000);
    },
  );

  it('without a fault it asks exactly as often as the faults are spread over', async () => {
    const { record, shop } = await suffer({ faults: new Map([[REQUESTS + 10, '500']]), forever: false });
    expect([record?.outcome, shop.log.length]).toEqual(['pass', REQUESTS]);
    expect(shop.log).toMatchInlineSnapshot(`
      [
        "GET /health",
        "GET /state",
        "GET /steady",
        "PUT /switch/a",
        "PUT /switch/b",
        "GET /alarm",
        "GET /health",
        "DELETE /switch/b",
        "DELETE /switch/a",
        "GET /steady",
        "GET /state",
      ]
    `);
  });
});
