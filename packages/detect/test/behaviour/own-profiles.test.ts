// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfigFile } from '@helios/core/config';
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../../core/test/cli/terminal.ts';
import { plant } from '../../../core/test/input/tree.ts';
import { profileSchema } from '../../src/behaviour/profile.ts';
import { run } from '../../src/cli.ts';
import { ROOT } from '../stage.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MONDAY = Date.UTC(2026, 0, 5);
const KEY = 'ab'.repeat(32);

type Fields = Readonly<Record<string, unknown>>;

interface Subject {
  readonly file: string;
  /** All fields of the profile, and one that is nobody's business. */
  readonly usual: (who: number, day: number, time: string) => Fields;
  /** The same at a day on which everything is strange. */
  readonly strange: (which: number) => Fields;
}

const PEOPLE: Subject = {
  file: 'people.yaml',
  usual: (who, day, time) => ({
    '@timestamp': time,
    action: 'git.fetch',
    actor: `person-${who}`,
    actor_team: `team-${who % 2}`,
    actor_location: { country_code: who % 3 === 0 ? 'FR' : 'DE' },
    device: { posture: 'managed' },
    repo: `acme/repo-${who % 5}-${day % 2}`,
    repo_class: 'internal',
    user_agent: 'private',
  }),
  strange: (which) => ({
    action: 'git.clone',
    actor_location: { country_code: 'ZZ' },
    device: { posture: 'unknown' },
    repo: `acme/other-${which}`,
    repo_class: 'sensitive',
  }),
};

const AGENTS: Subject = {
  file: 'agents.yaml',
  usual: (who, day, time) => ({
    timestamp: time,
    agent: { id: `agent-${who}` },
    app: { name: `app-${who % 2}` },
    model: { name: 'small-model' },
    tool: { name: day % 2 === 0 ? 'search' : 'read_file', scope: ['repo:read'] },
    usage: { tokens: 900 + (who % 4) * 50 },
    prompt: { text: 'private' },
  }),
  strange: (which) => ({
    model: { name: 'large-model' },
    tool: { name: `tool-${which}`, scope: ['secret:read', 'mail:send'] },
    usage: { tokens: 60_000 },
  }),
};

/** Thirty of them, on the working days of some weeks. */
function logOf({ usual }: Subject, weeks: readonly number[]): string {
  const lines: string[] = [];
  for (const week of weeks) {
    for (const day of [0, 1, 2, 3, 4]) {
      for (let who = 0; who < 30; who++) {
        for (const minute of [9 * 60 + who, 14 * 60 + who])
          lines.push(JSON.stringify(usual(who, day, timeAt(week * 7 + day, minute))));
      }
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

function timeAt(day: number, minute: number): string {
  return new Date(MONDAY + day * DAY + minute * MINUTE).toISOString();
}

/** What the seventh of them does in the night to Sunday. */
function strangeNight({ usual, strange }: Subject): string {
  const day = 20 * 7 + 6;
  return Array.from(
    { length: 12 },
    (_, n) => `${JSON.stringify({ ...usual(7, day, timeAt(day, 120 + n)), ...strange(n) })}\n`,
  ).join('');
}

describe.each([PEOPLE, AGENTS])('alerting/behaviour/$file', (subject) => {
  const text = readFileSync(join(ROOT, 'alerting/behaviour', subject.file), 'utf8');
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);
  const files = {
    'profile.yaml': text,
    'learned.ndjson': logOf(subject, range(0, 8)),
    // 1,050 days: for one false alarm in 1,000 it takes 999.
    'held-out.ndjson': logOf(subject, range(8, 15)),
    'usual.ndjson': logOf(subject, [20]),
    'strange.ndjson': strangeNight(subject),
  };
  const behaviour = (root: string, verb: string, log: string, ...more: readonly string[]): Promise<Called> =>
    call(run, {
      args: ['behaviour', verb, '-p', 'profile.yaml', '-s', 'state.ndjson', '-k', 'env:KEY', log, ...more],
      root,
      env: { KEY },
    });

  it('learns and is calibrated, passes what is usual, and tells of a strange night by each of its features', async () => {
    const root = plant(files);
    expect((await behaviour(root, 'learn', 'learned.ndjson')).exit).toBe(0);
    expect((await behaviour(root, 'calibrate', 'held-out.ndjson')).exit).toBe(0);
    expect((await behaviour(root, 'score', 'usual.ndjson')).exit).toBe(0);
    const { exit, stdout } = await behaviour(root, 'score', 'strange.ndjson', '-f', 'json');
    expect(exit).toBe(1);
    const { days } = JSON.parse(stdout) as {
      days: { entity: string; verdict: string; contributions: { feature: string; bits: number }[] }[];
    };
    expect(days.map(({ verdict }) => verdict)).toEqual(['alarm']);
    const { features } = await parseConfigFile({ path: subject.file, text, sha256: '' }, profileSchema);
    const surprising = days.flatMap(({ contributions }) => contributions.filter(({ bits }) => bits >= 1));
    expect(new Set(surprising.map(({ feature }) => feature))).toEqual(new Set(features.map(({ name }) => name)));
  });

  it('keeps nothing of whose behaviour it is, nor of what it does not name', async () => {
    const root = plant(files);
    await behaviour(root, 'learn', 'learned.ndjson');
    const state = readFileSync(join(root, 'state.ndjson'), 'utf8');
    expect(state).not.toMatch(/person-|agent-|acme|private/);
  });
});
