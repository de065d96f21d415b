// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '@helios/core/input';
import { describe, expect, it } from 'vitest';
import { call } from '../../../core/test/cli/terminal.ts';
import { run } from '../../src/cli.ts';
import { ROOT } from '../stage.ts';

type Event = Readonly<Record<string, unknown>>;

interface Step {
  readonly id: string;
  readonly detections: readonly { readonly sigma?: string; readonly falco?: string }[];
  readonly detect_within: string;
}

interface Told {
  readonly id: string;
  readonly time: string;
  readonly record: number;
}

/** What the detections of this repository find in a log, routed and correlated as they would be anywhere. */
async function huntIn(events: readonly Event[]): Promise<Told[]> {
  const log = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const { stdout, exit } = await call(run, {
    args: ['run', 'log.ndjson', '-c', join(ROOT, 'helios.yaml'), '--assume-logsource', '/proxy', '-f', 'ndjson'],
    files: { 'log.ndjson': log },
  });
  expect(exit).toBe(0);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Told]));
}

const TIMES = ['@timestamp', 'timestamp', 'UtcTime', 'eventTime', 'time'];
const timeOf = (event: Event): number => {
  const text = TIMES.map((name) => event[name]).find((value) => typeof value === 'string');
  return Date.parse(String(text).replace(' ', 'T').replace(/Z?$/, 'Z'));
};
const minutes = (duration: string): number => Number(/^PT(\d+)M$/.exec(duration)?.[1]);

const SCENARIOS = ['a-ci-compromise', 'b-prompt-injection', 'c-insider-staging'].map((name) => ({
  name,
  steps: (parseYaml(name, readFileSync(join(ROOT, `PURPLE/scenarios/${name}.yaml`), 'utf8')) as [{ steps: Step[] }])[0]
    .steps,
  events: readFileSync(join(ROOT, `PURPLE/timelines/${name}.ndjson`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event),
}));

it.each(SCENARIOS)('each step of $name raises all its detections, each in its time', async ({ steps, events }) => {
  const told = await huntIn(events);
  const late: string[] = [];
  const took: number[] = [];
  for (const { id, detections, detect_within: within } of steps) {
    const begins = Math.min(...events.filter(({ step }) => step === id).map(timeOf));
    for (const { sigma, falco } of detections) {
      const alert = told.find((each) => each.id === (sigma ?? falco) && Date.parse(each.time) >= begins);
      const after = alert ? (Date.parse(alert.time) - begins) / 60_000 : Infinity;
      took.push(after);
      if (!(after <= minutes(within))) late.push(`${id} ${sigma ?? falco}: after ${after} of ${within}`);
    }
  }
  expect(late).toEqual([]);
  // HELIOS: half of all detections come within two minutes of the step that they are about.
  expect(took.sort((a, b) => a - b)[Math.floor(took.length / 2)]).toBeLessThanOrEqual(2);
});

const CHAINS = [
  {
    scenario: 'a-ci-compromise',
    chain: 'e0e3a286-6c93-4907-a489-d130d8d6fb1d',
    links: ['a1', 'a5', 'a9'],
    elsewhere: (event: Event): Event => ({
      ...event,
      ...(event['workflow_run_id'] !== undefined && { workflow_run_id: 82 }),
      ...(event['ci'] !== undefined && { ci: { run_id: 82 } }),
      ...(event['output_fields'] !== undefined && {
        output_fields: { ...(event['output_fields'] as Event), 'ci.run_id': 82 },
      }),
    }),
    hours: 2,
  },
  {
    scenario: 'b-prompt-injection',
    chain: 'ba409193-dc12-423d-ab09-d99509cee7b4',
    links: ['b2', 'b5', 'b7'],
    elsewhere: (event: Event): Event => ({ ...event, session: { id: 's-101' } }),
    hours: 0.5,
  },
  {
    scenario: 'c-insider-staging',
    chain: '37bac651-9843-4bb1-a0d6-a5d3f1faee9b',
    links: ['c4', 'c5', 'c9'],
    elsewhere: (event: Event): Event => ({ ...event, Computer: 'ws-18' }),
    hours: 8,
  },
] as const;

describe.each(CHAINS)('the chain of $scenario', ({ scenario, chain, links, elsewhere, hours }) => {
  const events = SCENARIOS.find(({ name }) => name === scenario)?.events ?? [];
  const isOf = (event: Event, link: string | undefined): boolean => event['step'] === link;
  const alerts = async (changed: readonly Event[]): Promise<number> =>
    (await huntIn([...changed].sort((a, b) => timeOf(a) - timeOf(b)))).filter(({ id }) => id === chain).length;

  it('is one alert', async () => {
    expect(await alerts(events)).toBe(1);
  });

  it.each([0, 1, 2])('is silent without its link %i', async (link) => {
    expect(await alerts(events.filter((event) => !isOf(event, links[link])))).toBe(0);
  });

  it.each([0, 1, 2])('is silent where its link %i happens elsewhere', async (link) => {
    expect(await alerts(events.map((event) => (isOf(event, links[link]) ? elsewhere(event) : event)))).toBe(0);
  });

  it('is silent where its first link comes last', async () => {
    expect(await alerts(events.map((event) => (isOf(event, links[0]) ? moved(event, 4 * 60) : event)))).toBe(0);
  });

  it('is silent where its first link came too long before', async () => {
    expect(await alerts(events.map((event) => (isOf(event, links[0]) ? moved(event, -hours * 60) : event)))).toBe(0);
  });
});

function moved(event: Event, by: number): Event {
  const name = TIMES.find((each) => typeof event[each] === 'string') ?? '';
  return { ...event, [name]: new Date(timeOf(event) + by * 60_000).toISOString() };
}
