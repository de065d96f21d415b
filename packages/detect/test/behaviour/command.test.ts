// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../../core/test/cli/terminal.ts';
import { plant } from '../../../core/test/input/tree.ts';
import { observerOf } from '../../src/behaviour/observation.ts';
import { profileSchema } from '../../src/behaviour/profile.ts';
import { run } from '../../src/cli.ts';

const PROFILE = `schema: helios/behaviour/v1
id: work
title: When and from where people read code
fields: {time: clear, who: pseudonym, team: clear, country: clear, repo: pseudonym}
time: time
entity: who
peers: team
features:
  - {name: hour, kind: hour}
  - {name: country, kind: category, field: country}
  - {name: repositories, kind: set, field: repo}
  - {name: reads, kind: count}
falseAlarms: 20
`;
const KEY = 'ab'.repeat(32);
const COUNTRIES = ['DE', 'FR'];

const line = (who: string, day: number, hour: number, more: object = {}): string =>
  `${JSON.stringify({
    time: new Date(Date.UTC(2026, 2, day, hour)).toISOString(),
    who,
    team: 'shop',
    country: COUNTRIES[who.length % 2],
    repo: `repo-of-${who}`,
    secretOfNobodysBusiness: 'cafebabe',
    ...more,
  })}\n`;
const PEOPLE = ['anna', 'boris', 'carol', 'dave'];
const work = (from: number, to: number): string =>
  PEOPLE.flatMap((who) =>
    Array.from({ length: to - from }, (_, index) => line(who, from + index, 9) + line(who, from + index, 14)),
  ).join('');

const FILES = {
  'profile.yaml': PROFILE,
  'march.ndjson': work(1, 40),
  'held-out.ndjson': work(40, 55),
  'today.ndjson':
    work(55, 56) +
    [0, 1, 2, 3].map((n) => line('anna', 55, 2, { country: 'KP', repo: `other-${n}` })).join('') +
    line('erik', 55, 3, { country: 'KP', repo: 'another' }),
};

const behaviour = (root: string, ...args: readonly string[]): Promise<Called> => {
  const [verb = '', ...rest] = args;
  return call(run, {
    args: ['behaviour', verb, '-p', 'profile.yaml', '-s', 'state.ndjson', '-k', 'env:KEY', ...rest],
    root,
    env: { KEY },
  });
};

async function calibrated(): Promise<string> {
  const root = plant(FILES);
  expect((await behaviour(root, 'learn', 'march.ndjson')).exit).toBe(0);
  expect((await behaviour(root, 'calibrate', 'held-out.ndjson')).exit).toBe(0);
  return root;
}

const stateIn = (root: string): string => readFileSync(join(root, 'state.ndjson'), 'utf8');

describe('behaviour', () => {
  it('learns, is calibrated, and says which day is unusual, why, and what it was held against', async () => {
    const root = await calibrated();
    const { stdout, exit } = await behaviour(root, 'score', 'today.ndjson');
    expect(exit).toBe(1);
    expect(stdout).toMatchInlineSnapshot(`
      "✖ 2026-04-24  ~aalQIhxA6WiL_uxU of shop  26.35 bits, alarms are above 0
            7.1  country: KP; on 0 of 39 own days, 0 of 156 of peers  today.ndjson:9
            7.1  reads: 6; as many or more on 0 of 39 own days, 0 of 156 of peers
            6.1  hour: 02:00; on 0 of 39 own days, 0 of 156 of peers  today.ndjson:9
            6.1  repositories: 5 different; as many or more on 0 of 39 own days, 0 of 156 of peers
      ? 2026-04-24  ~qe1ThrbX-KQfS7-T of shop  10.78 bits, alarms are above 0
          no alarm: 0 days are known, and 10 are asked for
            6.6  hour: 03:00; on 0 of 0 own days, 0 of 156 of peers  today.ndjson:13
            4.2  country: KP; on 0 of 0 own days, 0 of 156 of peers  today.ndjson:13
      5 days of entities: 1 alarm, 1 with too little known, 3 usual
      "
    `);
  });

  it('says the same for a machine', async () => {
    const root = await calibrated();
    const { stdout } = await behaviour(root, 'score', 'today.ndjson', '-f', 'json');
    const { days, ...rest } = JSON.parse(stdout) as { days: { verdict: string; knownDays: number }[] };
    expect(rest).toMatchObject({ schema: 'helios/behaviour-score/v1', profile: 'work', threshold: { sample: 60 } });
    expect(days.map(({ verdict }) => verdict).sort()).toEqual(['alarm', 'too-few-days', 'usual', 'usual', 'usual']);
  });

  it('does not alarm about whom it does not know, and says so', async () => {
    const root = await calibrated();
    writeFileSync(join(root, 'new.ndjson'), line('erik', 55, 3, { country: 'KP', repo: 'another' }));
    const { stdout, exit } = await behaviour(root, 'score', 'new.ndjson');
    expect(exit).toBe(0);
    expect(stdout).toContain('no alarm: 0 days are known, and 10 are asked for');
  });

  it('passes on what is usual, and on nothing says that there was nothing', async () => {
    const root = await calibrated();
    writeFileSync(join(root, 'usual.ndjson'), work(56, 57));
    expect((await behaviour(root, 'score', 'usual.ndjson')).exit).toBe(0);
    writeFileSync(join(root, 'other.ndjson'), '{"a":1}\n');
    expect((await behaviour(root, 'score', 'other.ndjson')).exit).toBe(3);
  });

  it('learns a log only once, also under another name', async () => {
    const root = plant({ ...FILES, 'copy.ndjson': FILES['march.ndjson'] });
    await behaviour(root, 'learn', 'march.ndjson');
    const before = stateIn(root);
    const { stderr } = await behaviour(root, 'learn', 'copy.ndjson', 'march.ndjson');
    expect(stderr).toContain('copy.ndjson was learned before: it changes nothing');
    expect(stateIn(root)).toBe(before);
  });

  it('knows the same whether logs are learned in one place or merged from two', async () => {
    const root = plant(FILES);
    await behaviour(root, 'learn', 'march.ndjson', 'held-out.ndjson');
    const whole = stateIn(root);
    const one = plant(FILES);
    await behaviour(one, 'learn', 'held-out.ndjson');
    const two = plant({ ...FILES, 'other.ndjson': stateIn(one) });
    await behaviour(two, 'learn', 'march.ndjson');
    expect((await behaviour(two, 'merge', 'other.ndjson')).exit).toBe(0);
    expect(stateIn(two)).toBe(whole);
    expect((await behaviour(two, 'merge', 'other.ndjson')).stderr).toContain('both states have learned the log');
  });

  it('is calibrated again when the budget changes', async () => {
    const root = await calibrated();
    writeFileSync(join(root, 'profile.yaml'), PROFILE.replace('falseAlarms: 20', 'falseAlarms: 30'));
    const { exit, stderr } = await behaviour(root, 'score', 'today.ndjson');
    expect([exit, stderr]).toEqual([2, expect.stringContaining('was calibrated for 20 false alarms')]);
    expect((await behaviour(root, 'calibrate', 'held-out.ndjson')).exit).toBe(0);
    expect((await behaviour(root, 'score', 'today.ndjson')).exit).toBe(1);
  });

  it('leaves out events after today, lest one wrong clock makes all else old', async () => {
    const root = plant({ ...FILES, 'odd.ndjson': line('anna', 20_000, 3) });
    await behaviour(root, 'learn', 'march.ndjson');
    const before = stateIn(root);
    expect((await behaviour(root, 'learn', 'odd.ndjson')).stderr).toContain('1 events lie after today');
    expect(stateIn(root)).toBe(before);
  });
});

describe('what is kept', () => {
  it('names nobody, and holds nothing that was not declared', async () => {
    const root = plant(FILES);
    await behaviour(root, 'learn', 'march.ndjson');
    const state = stateIn(root);
    expect(state).toContain('"country":["DE"]');
    for (const secret of [...PEOPLE, 'repo-of', 'cafebabe', KEY]) expect(state).not.toContain(secret);
  });

  it('is made of declared fields: no other is even looked at', () => {
    const profile = profileSchema.parse({
      schema: 'helios/behaviour/v1',
      id: 'x',
      title: 'x',
      fields: { time: 'clear', who: 'clear' },
      time: 'time',
      entity: 'who',
      features: [{ name: 'hour', kind: 'hour' }],
    });
    const looked = new Set<string>();
    const fields = new Proxy<Record<string, unknown>>(
      { time: '2026-03-01T09:00:00Z', who: 'anna', health: 'private' },
      {
        get: (target, key: string) => (looked.add(key), target[key]),
        ownKeys: () => {
          throw new Error('listed all fields');
        },
      },
    );
    const observed = observerOf(
      profile,
      (_field, value) => value,
    )({
      fields,
      logsources: [],
      at: { file: 'x', record: 1 },
    });
    expect(observed).toMatchObject({ entity: 'anna', group: '', day: 20_513 });
    expect(looked).toEqual(new Set(['time', 'who']));
  });

  it('is bound to the key and to the profile that it was learned by', async () => {
    const root = plant({
      ...FILES,
      'profile2.yaml': PROFILE.replace('hour, kind: hour', 'day, kind: weekday'),
    });
    await behaviour(root, 'learn', 'march.ndjson');
    const other = await call(run, {
      args: ['behaviour', 'learn', '-p', 'profile.yaml', '-s', 'state.ndjson', '-k', 'env:KEY', 'held-out.ndjson'],
      root,
      env: { KEY: KEY.toUpperCase() },
    });
    expect([other.exit, other.stderr]).toEqual([2, expect.stringContaining('another key')]);
    const changed = await behaviour(root, 'learn', '-p', 'profile2.yaml', 'held-out.ndjson');
    expect([changed.exit, changed.stderr]).toEqual([2, expect.stringContaining('another profile')]);
  });

  it.each([
    ['torn', (text: string) => text.slice(0, -40)],
    ['of another kind', () => '{"schema":"helios/egress-baseline/v1"}\n'],
    ['with a wrong part', (text: string) => text.replaceAll('"reads":2', '"reads":["2"]')],
  ])('is refused when it is %s', async (_what, spoil) => {
    const root = await calibrated();
    writeFileSync(join(root, 'state.ndjson'), spoil(stateIn(root)));
    const { exit, stderr } = await behaviour(root, 'score', 'today.ndjson');
    expect([exit, stderr]).toEqual([2, expect.stringContaining('is no state of behaviour')]);
  });
});

describe('what is asked wrongly is refused', () => {
  it.each<readonly [string, readonly string[], string]>([
    ['scores without a threshold', ['score', 'today.ndjson'], 'nothing says which score is an alarm'],
    ['calibration by what was learned', ['calibrate', 'march.ndjson'], 'march.ndjson was learned'],
    ['calibration by too little', ['calibrate', 'today.ndjson'], 'cannot show 20 false alarms in 1,000'],
    ['a short key', ['learn', 'march.ndjson', '-k', 'env:SHORT'], 'SHORT, which is not set'],
    ['a missing state', ['merge', 'nowhere.ndjson'], 'nowhere.ndjson is not there'],
    ['another format', ['score', 'today.ndjson', '-f', 'xml'], 'unknown format "xml"'],
    ['a part of JavaScript', ['score', 'today.ndjson', '-f', 'constructor'], 'unknown format "constructor"'],
  ])('%s', async (_what, args, message) => {
    const root = plant(FILES);
    await behaviour(root, 'learn', 'march.ndjson');
    const { exit, stderr } = await behaviour(root, ...args);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it.each<readonly [string, (profile: string) => string, string]>([
    [
      'a field that is read and not declared',
      (p) => p.replace(', country: clear', ''),
      'country is read, and not declared under fields',
    ],
    [
      'a field that is declared and not used',
      (p) => p.replace('repo: pseudonym', 'repo: pseudonym, mail: clear'),
      'is declared and not used',
    ],
    [
      'a moment under a pseudonym',
      (p) => p.replace('time: clear', 'time: pseudonym'),
      'cannot be told from a pseudonym',
    ],
    ['two features of one name', (p) => p.replace('name: reads', 'name: hour'), 'there are two features "hour"'],
    ['an unknown key', (p) => p.replace('falseAlarms', 'falseAlarm'), 'unknown key "falseAlarm"'],
  ])('%s in a profile', async (_what, spoil, message) => {
    const root = plant({ ...FILES, 'profile.yaml': spoil(PROFILE) });
    const { exit, stderr } = await behaviour(root, 'learn', 'march.ndjson');
    expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
