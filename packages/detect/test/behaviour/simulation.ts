// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../../src/events/event.ts';
import { type Profile, profileSchema } from '../../src/behaviour/profile.ts';

/** What a made-up company is watched by. */
export const PROFILE: Profile = profileSchema.parse({
  schema: 'helios/behaviour/v1',
  id: 'work',
  title: 'When, from where and with what people work',
  fields: {
    time: 'clear',
    user: 'pseudonym',
    team: 'clear',
    country: 'clear',
    posture: 'clear',
    repo: 'pseudonym',
    class: 'clear',
    scopes: 'clear',
    bytes: 'clear',
  },
  time: 'time',
  entity: 'user',
  peers: 'team',
  features: [
    { name: 'hour', kind: 'hour' },
    { name: 'weekday', kind: 'weekday' },
    { name: 'country', kind: 'category', field: 'country' },
    { name: 'posture', kind: 'category', field: 'posture' },
    { name: 'class', kind: 'category', field: 'class' },
    { name: 'repositories', kind: 'set', field: 'repo' },
    { name: 'scopes', kind: 'set', field: 'scopes' },
    { name: 'bytes', kind: 'sum', field: 'bytes' },
  ],
});

/** A generator of numbers from 0 to 1 (mulberry32): the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const COUNTRIES = ['DE', 'FR', 'IN', 'US', 'BR'];
const CLASSES = ['internal', 'internal', 'internal', 'public', 'sensitive'];
const SCOPES = [
  'repo:read',
  'repo:write',
  'issue:write',
  'wiki:read',
  'deploy:run',
  'db:query',
  'secret:read',
  'mail:send',
];

interface Person {
  readonly user: string;
  readonly team: number;
  readonly country: string;
  /** First hour of work, UTC. */
  readonly begins: number;
  readonly repos: readonly number[];
  readonly scopes: readonly string[];
  readonly events: number;
  readonly bytes: number;
  /** Share of days with a device of one's own, and of weekends with work. */
  readonly ownDevice: number;
  readonly weekends: number;
}

export type Plot = 'stolen account' | 'leaver at night' | 'misused agent' | 'slow insider';
export const PLOTS: readonly Plot[] = ['stolen account', 'leaver at night', 'misused agent', 'slow insider'];

/** A company of some teams, whose people travel, work at odd hours, open new repositories and go on leave. */
export class Company {
  readonly people: readonly Person[];
  readonly #random: () => number;

  constructor(seed: number, teams = 5, size = 30) {
    this.#random = randomFrom(seed);
    this.people = Array.from({ length: teams * size }, (_, index) => this.#hire(index, index % teams));
  }

  #hire(index: number, team: number): Person {
    const some = (from: number, count: number, of: number): number[] =>
      Array.from({ length: count }, () => from + Math.floor(this.#random() ** 2 * of));
    return {
      user: `person-${index}`,
      team,
      country: COUNTRIES[team % COUNTRIES.length] ?? 'DE',
      begins: 5 + team * 2 + Math.floor(this.#random() * 4),
      repos: some(team * 40, 8, 40),
      scopes: [...new Set(some(team % 3, 3, 4).map((each) => SCOPES[each] ?? 'repo:read'))],
      events: 10 + Math.floor(this.#random() * 40),
      bytes: 10_000 * Math.exp(this.#random() * 3),
      ownDevice: this.#random() < 0.15 ? 0.2 : 0.01,
      weekends: this.#random() < 0.1 ? 0.5 : 0.03,
    };
  }

  /** Events of one person on one day; none on leave. */
  day(person: Person, day: number): LogEvent[] {
    const weekend = [5, 6].includes(day % 7);
    if (this.#random() > (weekend ? person.weekends : 0.93)) return [];
    const travels = this.#random() < 0.015;
    const onCall = this.#random() < 0.01;
    const country = travels ? (COUNTRIES[Math.floor(this.#random() * COUNTRIES.length)] ?? 'DE') : person.country;
    const posture = this.#random() < person.ownDevice ? 'unmanaged' : 'managed';
    const busy = Math.exp((this.#random() + this.#random() - 1) * 1.2);
    return Array.from({ length: Math.ceil(person.events * busy) }, () => {
      const hour = onCall ? this.#random() * 24 : person.begins + (this.#random() + this.#random()) * 5;
      const repo =
        this.#random() < 0.01
          ? Math.floor(this.#random() * 200)
          : (person.repos[Math.floor(this.#random() ** 1.5 * person.repos.length)] ?? 0);
      const scope = this.#random() < 0.003 ? SCOPES[Math.floor(this.#random() * 5)] : undefined;
      return this.#event(person, day, hour, repo, {
        country,
        posture,
        scopes: [scope ?? person.scopes[Math.floor(this.#random() * person.scopes.length)] ?? 'repo:read'],
        bytes: Math.floor(person.bytes * this.#random() * 2),
      });
    });
  }

  /** What somebody up to no good adds to a day of theirs. */
  plot(plot: Plot, person: Person, day: number): LogEvent[] {
    const usual = { country: person.country, posture: 'managed', scopes: [person.scopes[0]], bytes: person.bytes };
    const working = (): number => person.begins + this.#random() * 8;
    const any = (count: number, make: () => LogEvent): LogEvent[] => Array.from({ length: count }, make);
    switch (plot) {
      case 'stolen account':
        return any(6, () =>
          this.#event(person, day, (person.begins + 13) % 24, person.repos[0] ?? 0, {
            ...usual,
            country: this.#random() < 0.5 ? 'RU' : 'US',
            posture: 'unmanaged',
          }),
        );
      case 'leaver at night':
        return any(40, () =>
          this.#event(
            person,
            day,
            (person.begins + 15) % 24,
            person.team * 40 + Math.floor(this.#random() * 40),
            usual,
          ),
        );
      case 'misused agent':
        return any(8, () =>
          this.#event(person, day, working(), person.repos[0] ?? 0, {
            ...usual,
            scopes: ['secret:read', 'mail:send'],
            bytes: person.bytes * 20,
          }),
        );
      case 'slow insider':
        return any(6, () => this.#event(person, day, working(), Math.floor(this.#random() * 200), usual));
    }
  }

  #event(person: Person, day: number, hour: number, repo: number, more: Readonly<Record<string, unknown>>): LogEvent {
    const time = START + day * DAY + Math.floor((hour % 24) * 3_600_000);
    return {
      fields: {
        time: new Date(time).toISOString(),
        user: person.user,
        team: `team-${person.team}`,
        repo: `repo-${repo}`,
        class: CLASSES[repo % CLASSES.length],
        ...more,
      },
      logsources: [],
      at: { file: 'log', record: day },
    };
  }
}
