// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { describe, expect, it, vi } from 'vitest';
import { type Called, call } from '../../../core/test/cli/terminal.ts';
import { addTo, plant } from '../../../core/test/input/tree.ts';
import { runBuilt, UNBUILT } from '../built.ts';
import { type Manners, type ProviderDouble, serveProvider } from './provider-double.ts';
import { configOf, drillOf, run, SECRETS } from './stage.ts';

interface Place {
  readonly root: string;
  readonly provider: ProviderDouble;
  readonly say: (args: readonly string[], env?: Readonly<Record<string, string>>, now?: string) => Promise<Called>;
}

async function place(manners: Manners = {}): Promise<Place> {
  const provider = await serveProvider(manners, () => performance.now());
  const root = plant({ 'helios.yaml': configOf(provider.host), 'drill.yaml': drillOf(provider.url) });
  const say: Place['say'] = (args, env = SECRETS, now = '2026-06-01T12:00:00Z') =>
    call(run, { args, root, env: { HOME: root, ...env }, now: new Date(now) });
  return { root, provider, say };
}

const recordIn = (root: string): string => {
  const name = readdirSync(join(root, '.evidence/identity')).find((each) => each.endsWith('.intoto.json')) ?? '';
  return join('.evidence/identity', name);
};
const CHECK = ['check', '--no-evidence', '--no-cache', '--format', 'json'];
const findingsOf = ({ stdout }: Called): string[] =>
  (JSON.parse(stdout) as { gates: [{ findings: { ruleId: string; message: string }[] }] }).gates[0].findings.map(
    ({ ruleId, message }) => `${ruleId}: ${message}`,
  );
/** Times as measured on this machine. */
const steady = (text: string): string =>
  text.replaceAll(/\d+(?:\.\d+)? s/g, '<time>').replaceAll(/[0-9a-f]{12,}/g, '<digest>');

describe('sec-ccv identity drill', () => {
  it('says what it would do, and asks nobody anything', async () => {
    const { say, provider } = await place();
    const { exit, stdout } = await say(['identity', 'drill', 'drill.yaml']);
    expect([exit, stdout]).toEqual([
      0,
      'workforce: ends all sessions of drill-account by keycloak, then looks at api, introspection, refresh for at most 600 s until the tokens are dead\nnothing was done; --apply does it\n',
    ]);
    expect(provider.received).toEqual([]);
  });

  it.skipIf(UNBUILT !== '')(`is carried out by the program as it is shipped${UNBUILT}`, async () => {
    const { root, provider } = await place();
    const args = ['identity', 'drill', 'drill.yaml', '--apply'];
    expect(await runBuilt(root, SECRETS, ...args)).toMatchObject({ exit: 0, output: expect.stringMatching(/^pass\n/) });
    expect(provider.received.map(({ url }) => url)).toContain('/admin/realms/main/users/drill-account/logout');
  });

  it('leaves proof that the tokens died, which replays and passes the gate until it is old', async () => {
    const { say, root, provider } = await place();
    expect(findingsOf(await say(CHECK))).toEqual(['ccv/identity-drill-due: it was never carried out']);
    const { exit, stdout, stderr } = await say(['identity', 'drill', 'drill.yaml', '--apply']);
    expect([exit, stderr, steady(stdout)]).toMatchInlineSnapshot(`
      [
        0,
        "",
        "pass
        logout acknowledged after <time>
        api: access token dead after at most <time>
        introspection: access token dead after at most <time>
        refresh: refresh token dead after at most <time>
      proof: .evidence/identity/drill-workforce-<digest>.intoto.json
      ",
      ]
    `);
    expect(provider.alive()).toEqual([]);
    const record = recordIn(root);
    const text = readFileSync(join(root, record), 'utf8');
    for (const secret of ['secret-', 'first-refresh', ...Object.values(SECRETS)]) expect(text).not.toContain(secret);
    const [one, other] = [await say(['identity', 'replay', record]), await say(['identity', 'replay', record])];
    expect([one.exit, one.stdout]).toEqual([0, other.stdout]);
    expect(one.stdout).toMatch(/it follows from the \d+ events; sha256 of the verdict [0-9a-f]{64}\n$/);
    expect((await say(CHECK)).exit).toBe(0);
    expect((await say(CHECK, SECRETS, '2026-07-01T12:00:00Z')).exit).toBe(0);
    expect(findingsOf(await say(CHECK, SECRETS, '2026-07-01T12:00:01Z'))).toEqual([
      'ccv/identity-drill-due: it was last carried out 30 days ago; a drill is proof for 30 days',
    ]);
    addTo(root, { 'drill.yaml': `# The same.\n${drillOf(provider.url)}` });
    expect((await say(CHECK)).exit).toBe(0);
    addTo(root, { 'drill.yaml': drillOf(provider.url).replace('confirmations: 2', 'confirmations: 3') });
    expect(findingsOf(await say(CHECK))).toEqual(['ccv/identity-drill-due: it was never carried out as it is now']);
  });

  it('fails where a token survives, and so does the gate', async () => {
    const { say, root, provider } = await place({ refreshSurvives: true });
    addTo(root, { 'drill.yaml': `${drillOf(provider.url)}within: 1\n` });
    const { exit, stdout } = await say(['identity', 'drill', 'drill.yaml', '--apply']);
    expect([exit, stdout]).toEqual([1, expect.stringMatching(/^breach\n/)]);
    expect(findingsOf(await say(CHECK))).toEqual([
      expect.stringMatching(/^ccv\/identity-drill-failed: breach: refresh: the refresh token still worked after/),
    ]);
  });

  it('tells the gate of a record whose verdict was made better', async () => {
    const { say, root, provider } = await place({ logoutAnswers: 500 });
    await say(['identity', 'drill', 'drill.yaml', '--apply']);
    const record = recordIn(root);
    const statement = JSON.parse(readFileSync(join(root, record), 'utf8')) as { predicate: { verdict: object } };
    const verdict = { ...statement.predicate.verdict, outcome: 'pass', problems: [] };
    const forged = canonicalJson({ ...statement, predicate: { ...statement.predicate, verdict } });
    const name = join(dirname(record), `drill-workforce-${sha256Hex(forged).slice(0, 12)}.intoto.json`);
    renameSync(join(root, record), join(root, name));
    writeFileSync(join(root, name), forged);
    const { exit, stderr } = await say(['identity', 'replay', name]);
    expect([exit, stderr]).toEqual([
      4,
      expect.stringContaining('the recorded verdict does not follow from what was seen'),
    ]);
    expect(findingsOf(await say(CHECK))).toEqual([
      'ccv/identity-drill-altered: it says "pass", and what it saw gives "breach"',
      'ccv/identity-drill-failed: breach: the provider did not acknowledge the logout',
    ]);
    expect(provider.received.length).toBeGreaterThan(0);
  });

  it('speaks to nobody whom helios.yaml does not allow', async () => {
    const { say, root, provider } = await place();
    addTo(root, { 'helios.yaml': configOf('other.example') });
    const { exit, stderr } = await say(['identity', 'drill', 'drill.yaml', '--apply']);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('is not in network.allow')]);
    expect(provider.received).toEqual([]);
    // Nothing was opened, so nothing is left to be ended.
    expect((await say(['identity', 'drill', 'drill.yaml', '--apply'])).stderr).not.toContain('an earlier drill');
  });

  it('says why nobody answers, and remembers that a session may be open', async () => {
    const { say, root, provider } = await place();
    addTo(root, { 'drill.yaml': drillOf(provider.url.replace('http:', 'https:')) });
    const { exit, stderr } = await say(['identity', 'drill', 'drill.yaml', '--apply', '--state', 'state']);
    expect([exit, stderr]).toEqual([2, expect.stringMatching(/no session could be opened: 127\.0\.0\.1:\d+ /)]);
    expect(existsSync(join(root, 'state/identity/workforce.json'))).toBe(true);
  });

  it.each<[string, (drill: string) => string, Record<string, string>, string]>([
    ['a secret that is not set', (drill) => drill, { REFRESH: '' }, 'REFRESH is not set'],
    ['a secret in the file', (drill) => drill.replace('env:ADMIN', 'hunter2'), {}, 'must be env:NAME'],
    [
      'an account of which nobody says that it is for drills',
      (drill) => drill.replace('test: true', 'test: false'),
      {},
      'must be true',
    ],
    ['more than ten minutes', (drill) => `${drill}within: 601\n`, {}, 'within'],
    ['a misspelt key', (drill) => `${drill}witin: 5\n`, {}, 'Did you mean "within"?'],
  ])('refuses %s', async (_, change, env, message) => {
    const { say, root, provider } = await place();
    addTo(root, { 'drill.yaml': change(drillOf(provider.url)) });
    const { exit, stderr } = await say(['identity', 'drill', 'drill.yaml', '--apply'], { ...SECRETS, ...env });
    expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toContain('hunter2');
    expect(provider.received).toEqual([]);
  });
});

it('drills that are asked for and not there are told of, not passed over', async () => {
  const root = plant({ 'helios.yaml': configOf('idp.example') });
  expect(findingsOf(await call(run, { args: CHECK, root }))).toEqual([
    'ccv/identity-drill-due: no file fits gates.ccv.identity.drills, so there is no drill',
  ]);
});

describe('a drill that was killed', () => {
  const journalIn = async ({ root }: Place, principal: string): Promise<string> => {
    const file = join(root, 'state/identity/workforce.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      JSON.stringify({
        schema: 'helios/identity-journal/v1',
        drill: 'workforce',
        principal,
        began: '2026-06-01T00:00:00.000Z',
      }),
    );
    return file;
  };
  const DRILL = ['identity', 'drill', 'drill.yaml', '--apply', '--state', 'state'];

  it('leaves its session to the next one, which ends it before anything else', async () => {
    const here = await place();
    const file = await journalIn(here, 'drill-account');
    const { exit, stderr } = await here.say(DRILL, { ...SECRETS, REFRESH: 'first-refresh' });
    // The double ends what it has: also the session that this drill was to use.
    expect(here.provider.received[0]?.url).toBe('/admin/realms/main/users/drill-account/logout');
    expect([exit, stderr]).toEqual([
      2,
      expect.stringContaining('an earlier drill was stopped; its session is ended now'),
    ]);
    expect(existsSync(file)).toBe(false);
  });

  it('by SIGKILL has written down whose session it was, and nothing that opens it', async () => {
    const { root, provider } = await place({ revocationTakes: 60_000 });
    const bin = join(import.meta.dirname, '../../src/bin.ts');
    const child = spawn(process.execPath, ['--conditions=source', bin, ...DRILL], {
      cwd: root,
      env: { ...process.env, ...SECRETS },
    });
    const looks = (): number => provider.received.filter(({ url }) => url === '/api').length;
    await vi.waitUntil(() => looks() > 1, { timeout: 30_000, interval: 20 });
    child.kill('SIGKILL');
    await new Promise((done) => void child.on('close', done));
    const left = readFileSync(join(root, 'state/identity/workforce.json'), 'utf8');
    expect(JSON.parse(left)).toMatchObject({ drill: 'workforce', principal: 'drill-account' });
    for (const secret of ['secret-', 'first-refresh', ...Object.values(SECRETS)]) expect(left).not.toContain(secret);
    expect(existsSync(join(root, '.evidence'))).toBe(false);
  });

  it('stops the next one where its session cannot be ended', async () => {
    const here = await place({ broken: ['/admin/realms/main/users/drill-account/logout'] });
    const file = await journalIn(here, 'drill-account');
    const { exit, stderr } = await here.say(DRILL);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('its session cannot be ended')]);
    expect(existsSync(file)).toBe(true);
  });

  it('of another account is not forgotten', async () => {
    const here = await place();
    await journalIn(here, 'somebody-else');
    const { exit, stderr } = await here.say(DRILL);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('a drill of somebody-else was stopped')]);
    expect(here.provider.received).toEqual([]);
  });
});
