// SPDX-License-Identifier: Apache-2.0
import { openHttp } from '@helios/core/net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runDrill } from '../../src/identity/drill.ts';
import { openLogout } from '../../src/identity/logout.ts';
import { openProvider } from '../../src/identity/oauth.ts';
import { type DrillSettings, drillSchema } from '../../src/identity/settings.ts';
import type { DrillTimeline } from '../../src/identity/timeline.ts';
import { judgeTimeline } from '../../src/identity/verdict.ts';
import { CLIENT, type Manners, type ProviderDouble, serveProvider, SUBJECT } from './provider-double.ts';

const THOROUGH = process.env['HELIOS_THOROUGH'] === '1';

const LOGOUTS = {
  keycloak: (url: string) => ({ kind: 'keycloak', base: `${url}/`, realm: 'main', token: 'env:ADMIN' }),
  graph: (url: string) => ({ kind: 'graph', base: `${url}/graph`, token: 'env:ADMIN' }),
  revocation: () => ({ kind: 'revocation' }),
} as const;

function settingsOf(url: string, logout: keyof typeof LOGOUTS): DrillSettings {
  return drillSchema.parse({
    schema: 'helios/identity-drill-settings/v1',
    name: 'workforce',
    owner: 'identity@example.com',
    principal: { id: SUBJECT, test: true, whoami: { url: `${url}/userinfo` } },
    oauth: {
      token: `${url}/token`,
      revocation: `${url}/revoke`,
      introspection: `${url}/introspect`,
      client: { id: CLIENT.id, secret: 'env:CLIENT' },
    },
    login: { grant: 'refresh_token', tokens: ['env:REFRESH'] },
    logout: LOGOUTS[logout](url),
    probes: [{ name: 'api', url: `${url}/api` }],
  });
}

interface Drilled {
  readonly timeline: DrillTimeline;
  readonly provider: ProviderDouble;
  /** What became of the journal, in order. */
  readonly journal: readonly string[];
}

/** A drill over real HTTP, in which only waiting takes time. */
async function drill(
  manners: Manners = {},
  logout: keyof typeof LOGOUTS = 'keycloak',
  more: Partial<DrillSettings> = {},
  meet: (provider: ProviderDouble) => void = () => {},
  secrets: readonly string[] = ['first-refresh'],
): Promise<Drilled> {
  let time = 0;
  const provider = await serveProvider(manners, () => time);
  meet(provider);
  const settings = { ...settingsOf(provider.url, logout), ...more };
  const send = openHttp({ network: provider.network, limits: { redirects: 0, timeoutMs: 5000 } });
  const oauth = openProvider(send, settings, CLIENT.secret);
  const journal: string[] = [];
  const timeline = await runDrill({
    settings,
    send,
    provider: oauth,
    logout: openLogout(send, settings, oauth, 'admin-secret'),
    secrets,
    clock: {
      now: () => new Date(time),
      elapsed: () => time,
      wait: async (ms) => void (time += ms),
    },
    journal: {
      left: async () => undefined,
      open: async () => void journal.push(`open before ${provider.received.length} requests`),
      close: async () => void journal.push('close'),
    },
  });
  return { timeline, provider, journal };
}

const verdictOf = async (manners: Manners, logout?: keyof typeof LOGOUTS, more?: Partial<DrillSettings>) =>
  judgeTimeline((await drill(manners, logout, more)).timeline);

describe('a provider that does what it says', () => {
  it.each(['keycloak', 'graph', 'revocation'] as const)('passes: %s', async (logout) => {
    const { timeline, provider, journal } = await drill({}, logout);
    expect(judgeTimeline(timeline)).toEqual({
      outcome: 'pass',
      acknowledgedAfter: 0,
      cells: [
        { target: 'api', token: 'access', deadAfter: 0, aliveAfter: null, by: 'logout' },
        { target: 'introspection', token: 'access', deadAfter: 0, aliveAfter: null, by: 'logout' },
        { target: 'refresh', token: 'refresh', deadAfter: 0, aliveAfter: null, by: 'logout' },
      ],
      problems: [],
    });
    expect(provider.alive()).toEqual([]);
    expect(journal).toEqual(['open before 0 requests', 'close']);
  });

  it('may take its time, within the limit', async () => {
    const { cells, outcome } = await verdictOf({ revocationTakes: 599_000 });
    expect(outcome).toBe('pass');
    expect(cells[0]).toMatchObject({ aliveAfter: 595_000, deadAfter: 600_000 });
  });

  it('may not rotate refresh tokens', async () => expect((await verdictOf({ rotates: false })).outcome).toBe('pass'));

  it('may live by another clock', async () => {
    const { timeline } = await drill({ skew: 3600, accessLives: 3600 });
    expect(timeline.skew).toBe(3600);
    const straight = judgeTimeline((await drill({ accessLives: 3600 })).timeline);
    expect(judgeTimeline(timeline)).toEqual(straight);
  });
});

describe('a breach is', () => {
  it.each<[string, Manners, string[]]>([
    [
      'a token that dies too late',
      { revocationTakes: 601_000 },
      [
        'api: the access token was dead after 605 s only; 600 s are allowed',
        'introspection: the access token was dead after 605 s only; 600 s are allowed',
        'refresh: the refresh token was dead after 605 s only; 600 s are allowed',
      ],
    ],
    [
      'an API that remembers for too long what it was told',
      { apiRemembers: 900_000 },
      ['api: the access token still worked after 615 s; 0 of 3 looks in a row found it dead'],
    ],
    [
      'a refresh token that survives',
      { refreshSurvives: true },
      ['refresh: the refresh token still worked after 615 s; 0 of 3 looks in a row found it dead'],
    ],
    [
      'a logout that is acknowledged and does nothing',
      { logoutDoesNothing: true },
      expect.arrayContaining([expect.stringMatching(/^api: the access token still worked/)]),
    ],
    [
      'a logout that is not acknowledged, even though it works',
      { logoutAnswers: 500 },
      ['the provider did not acknowledge the logout'],
    ],
    [
      'an API that says nothing any more',
      { fails: ['/api'] },
      ['api: nothing says that the access token is dead: 0 of 3 looks in a row found it dead'],
    ],
    [
      'an introspection endpoint that fails',
      { fails: ['/introspect'] },
      ['introspection: nothing says that the access token is dead: 0 of 3 looks in a row found it dead'],
    ],
    [
      'a token endpoint that fails',
      { fails: ['/token'] },
      ['refresh: nothing says that the refresh token is dead: 0 of 3 looks in a row found it dead'],
    ],
    [
      'one server of three that has not heard of it',
      { deafServer: 3 },
      [expect.stringMatching(/^api: the access token still worked after 6\d\d s/)],
    ],
    [
      'a redirect to a login page, which says nothing of the token',
      { redirects: true },
      ['api: nothing says that the access token is dead: 0 of 3 looks in a row found it dead'],
    ],
  ])('%s', async (_, manners, problems) => {
    const verdict = await verdictOf(manners);
    expect(verdict).toMatchObject({ outcome: 'breach', problems });
  });

  it('a token that nobody revokes and that lives too long', async () => {
    const verdict = await verdictOf({ logoutDoesNothing: true, accessLives: 605 });
    expect(verdict.problems).toContain('api: the access token lives 605 s and was not revoked; 600 s are allowed');
  });
});

it('a token that runs out by itself in time is dead in time, and counts with its whole life', async () => {
  const { cells } = await verdictOf({ revocationTakes: 900_000, accessLives: 120 });
  expect(cells[0]).toEqual({ target: 'api', token: 'access', deadAfter: 120_000, aliveAfter: 115_000, by: 'expiry' });
});

describe('several sessions', () => {
  const two = ['first-refresh', 'second-refresh'];

  it('may be opened by a password', async () => {
    const login = { grant: 'password', username: 'drill', password: 'env:PASSWORD', sessions: 2 } as const;
    const { timeline, provider } = await drill({}, 'graph', { login }, undefined, ['hunter2', 'hunter2']);
    expect(judgeTimeline(timeline).outcome).toBe('pass');
    expect(provider.received[0]?.body).toBe('grant_type=password&username=drill&password=hunter2');
    expect(JSON.stringify(timeline)).not.toContain('hunter2');
  });

  it('must all be ended', async () => {
    const { timeline, provider } = await drill({}, 'keycloak', {}, undefined, two);
    expect(judgeTimeline(timeline)).toMatchObject({ outcome: 'pass', cells: { length: 6 } });
    expect(provider.alive()).toEqual([]);
  });

  it('are a breach where only the last is', async () => {
    const { timeline, provider } = await drill({ endsLastSession: true }, 'keycloak', {}, undefined, two);
    expect(judgeTimeline(timeline).problems).toEqual([
      'api: the access token still worked after 615 s; 0 of 3 looks in a row found it dead',
      'introspection: the access token still worked after 615 s; 0 of 3 looks in a row found it dead',
      'refresh: the refresh token still worked after 615 s; 0 of 3 looks in a row found it dead',
    ]);
    expect(provider.alive()).toEqual([]);
  });

  it('that cannot all be opened are closed again', async () => {
    let provider: ProviderDouble | undefined;
    const half = drill({}, 'keycloak', {}, (each) => (provider = each), ['first-refresh', 'no such token']);
    await expect(half).rejects.toThrow('no session could be opened: the token endpoint answers 400');
    expect(provider?.alive()).toEqual([]);
  });
});

describe('what is not proven', () => {
  it('is a drill whose tokens did not even work before: nobody is logged out', async () => {
    const { timeline, provider, journal } = await drill({ broken: ['/api', '/introspect'] });
    expect(judgeTimeline(timeline)).toEqual({
      outcome: 'inconclusive',
      acknowledgedAfter: null,
      cells: [],
      problems: [
        'api: the token did not work there before the logout',
        'introspection: the token did not work there before the logout',
        'the logout was not asked for',
      ],
    });
    expect(provider.received.filter(({ url }) => url.startsWith('/admin'))).toEqual([]);
    expect([provider.alive(), journal.at(-1)]).toEqual([[], 'close']);
  });
});

describe('the wrong account', () => {
  it('is never logged out, and its session is closed again', async () => {
    let provider: ProviderDouble | undefined;
    const wrong = drill({ subject: 'the-boss' }, 'keycloak', {}, (each) => (provider = each));
    await expect(wrong).rejects.toThrow('the session is not that of principal.id, so nobody was logged out');
    expect(provider?.received.filter(({ url }) => url.startsWith('/admin'))).toEqual([]);
    expect(provider?.alive()).toEqual([]);
  });

  it('nor is one of which nobody says whose it is', async () => {
    await expect(drill({ broken: ['/userinfo'] })).rejects.toThrow('nobody says whose session this is');
  });
});

it('a token endpoint that refuses ends the drill before anything is done', async () => {
  await expect(drill({ broken: ['/token'] })).rejects.toThrow(
    'no session could be opened: the token endpoint answers 500',
  );
});

describe('laws', () => {
  it('no token, password or secret of a client is in a timeline', async () => {
    const { timeline } = await drill({ revocationTakes: 20_000 });
    const text = JSON.stringify(timeline);
    for (const secret of ['secret-', 'first-refresh', CLIENT.secret, 'admin-secret'])
      expect(text).not.toContain(secret);
    expect(new Set(timeline.tokens.map(({ digest }) => digest)).size).toBe(timeline.tokens.length);
  });

  it('digests of the same tokens differ from drill to drill', async () => {
    const [one, other] = [await drill(), await drill()];
    expect(one.timeline.tokens[0]?.digest).not.toBe(other.timeline.tokens[0]?.digest);
  });

  /** What a target may answer after the logout, look by look. */
  const outcomes = fc.array(fc.constantFrom('alive', 'dead', 'unknown'), { minLength: 1, maxLength: 30 });
  const timelineOf = (after: readonly ('alive' | 'dead' | 'unknown')[], acknowledged = true): DrillTimeline => ({
    began: '2026-06-01T00:00:00.000Z',
    drill: 'law',
    principal: SUBJECT,
    settings: '0'.repeat(64),
    limits: { withinMs: 100_000, confirmations: 3 },
    targets: [{ target: 'api', token: 'access' }],
    tokens: [],
    events: [
      { at: 0, step: 'probe', target: 'api', outcome: 'alive' },
      { at: 0, step: 'logout', target: 'keycloak', outcome: 'done' },
      { at: 0, step: 'acknowledged', target: 'keycloak', outcome: acknowledged ? 'done' : 'unknown' },
      ...after.map((outcome, index) => ({ at: (index + 1) * 5000, step: 'probe' as const, target: 'api', outcome })),
    ],
  });

  it('passes if and only if the last looks in a row found it dead, often enough and soon enough', () => {
    fc.assert(
      fc.property(outcomes, fc.boolean(), (after, acknowledged) => {
        const tail = after.slice(after.lastIndexOf('alive') + 1);
        const first = after.lastIndexOf('alive') + 1 + tail.indexOf('dead');
        const dead = tail.filter((each) => each === 'dead').length;
        const expected = acknowledged && dead >= 3 && (first + 1) * 5000 <= 100_000;
        expect(judgeTimeline(timelineOf(after, acknowledged)).outcome).toBe(expected ? 'pass' : 'breach');
      }),
      { numRuns: 2000 },
    );
  });

  it('passes what is dead in time by the books of the provider, and nothing that is not', async () => {
    const manners = fc.record({
      revocationTakes: fc.integer({ min: 0, max: 90_000 }),
      apiRemembers: fc.constantFrom(0, 0, 3000, 20_000, 70_000),
      refreshSurvives: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.boolean() }),
      rotates: fc.boolean(),
      skew: fc.integer({ min: -7200, max: 7200 }),
    });
    await fc.assert(
      fc.asyncProperty(manners, async (each) => {
        const { outcome } = await verdictOf(each, 'keycloak', { within: 60 });
        const [soonest, latest] = [each.revocationTakes, each.revocationTakes + each.apiRemembers];
        if (soonest > 60_000 || each.refreshSurvives) expect(outcome).toBe('breach');
        // Between two looks lie five seconds: what dies just before the limit may be seen just after it.
        else if (latest <= 55_000) expect(outcome).toBe('pass');
      }),
      { numRuns: THOROUGH ? 500 : 25 },
    );
  });

  it('one more look that finds it alive never makes a verdict better', () => {
    fc.assert(
      fc.property(outcomes, (after) => {
        expect(judgeTimeline(timelineOf([...after, 'alive'])).outcome).toBe('breach');
      }),
    );
  });
});
