// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPair, verifyEvidence } from '@helios/core/evidence';
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { type ControlRun, controlRunSchema } from '@helios/core/record';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FALSE, lookingControl, TRUE } from '../stage.ts';
import { Project } from './project.ts';
import { Shop, shopControl } from './shop.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await Shop.open();
});
afterEach(() => shop.close());

const project = (...controls: ConstructorParameters<typeof Project>[0]): Project => new Project(controls, [shop.host]);

describe('sec-ccv run', () => {
  it('runs all controls, or those that are named, and only passes count', async () => {
    const both = project(shopControl(shop), lookingControl({ id: 'blind', verify: [FALSE] }));
    const { exit, stdout } = await both.run();
    expect(exit).toBe(1);
    expect(
      stdout
        .split('\n')
        .filter((line) => line !== '')
        .sort(),
    ).toEqual([
      '✔ alarm  pass: the control did what it should, and the steady state held again',
      '✖ blind  fail: the control did not do what it should: false: /exit is 1, expected 0',
    ]);
    expect(await both.run('alarm')).toMatchObject({ exit: 0 });
  });

  it('shows what it would do and touches nothing', async () => {
    const dry = project(shopControl(shop, { cohort: { targets: ['a', 'b'], share: 50 } }));
    const { exit, stdout } = await dry.run('--dry-run');
    expect([exit, shop.log, existsSync(join(dry.root, '.evidence')), readdirSync(dry.state)]).toEqual([
      0,
      [],
      false,
      [],
    ]);
    expect(stdout).toMatchInlineSnapshot(`
      "alarm: Two switches raise the alarm
        controls/ccv/alarm.yaml; service shop of tier 1; owner @team; expires 2099-01-01
        limits: blast radius 1; rate 1000 in PT1H; PT20S for action and verification
        canaries: 50 % of 2 targets
        health, also during the action:
          http: health
        state that must be the same again:
          http: switches
        steady state, before and after:
          http: serving
        action:
          http: PUT a
          http: PUT b
        verification:
          http: raised
        rollback, whatever happens:
          http: DELETE b
          http: DELETE a

      "
    `);
  });

  it('answers in JSON, with what it left as evidence', async () => {
    const one = project(shopControl(shop));
    const { stdout } = await one.run('--format', 'json');
    const records = (JSON.parse(stdout) as unknown[]).map((each) => controlRunSchema.parse(each));
    expect(records).toEqual(one.records());
    expect(records).toMatchObject([{ control: 'alarm', service: 'shop', tier: 1, detectedAfter: expect.any(Number) }]);
  });

  it('leaves records that verify, signed where there is a key', async () => {
    const one = project(shopControl(shop));
    const { privatePem, publicPem } = generateKeyPair();
    writeFileSync(join(one.root, 'key.pem'), privatePem);
    expect(await one.run('--key', 'key.pem')).toMatchObject({ exit: 0 });
    const trust = { publicKeys: [publicPem], requireSigned: true };
    expect(await verifyEvidence(join(one.root, '.evidence'), trust)).toMatchObject({ signed: 1, problems: [] });
    const file = readdirSync(join(one.root, '.evidence/ccv')).find((name) => name.endsWith('.intoto.json')) ?? '';
    const path = join(one.root, '.evidence/ccv', file);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"pass"', '"fail"'));
    expect((await verifyEvidence(join(one.root, '.evidence'), trust)).problems).not.toEqual([]);
  });

  it('tells of a key that cannot sign before it does anything', async () => {
    expect(await project(shopControl(shop)).run('--key', 'missing.pem')).toMatchObject({ exit: 2 });
    expect(shop.log).toEqual([]);
  });

  it('chains each rollback proof to the one before; each is the digest of what it says', async () => {
    const one = project(shopControl(shop));
    for (let run = 0; run < 3; run++) await one.run();
    const proofs = one.records().map(({ rollback }) => rollback);
    const chained = [...proofs].sort((a, b) =>
      a?.transcript?.previous === null || b?.transcript?.previous === a?.proof ? -1 : 1,
    );
    expect(chained.map((each) => each?.transcript?.previous)).toEqual([null, chained[0]?.proof, chained[1]?.proof]);
    for (const each of proofs) expect(sha256Hex(canonicalJson(each?.transcript))).toBe(each?.proof);
  });

  it('proofs of which anything was changed are no records', async () => {
    const one = project(shopControl(shop));
    await one.run();
    const [record] = one.records();
    const { rollback } = record ?? {};
    const changed = (change: object): boolean => {
      const transcript = { ...rollback?.transcript, ...change };
      return controlRunSchema.safeParse({ ...record, rollback: { ...rollback, transcript } }).success;
    };
    expect(changed({})).toBe(true);
    const others = [
      { residual: ['/x'] },
      { ignored: [] },
      { verification: [] },
      { previous: '0'.repeat(64) },
      { after: {} },
    ];
    expect([...others, { steps: rollback?.transcript?.steps.slice(1) }].map(changed)).toEqual(Array(6).fill(false));
  });

  it('says what is pending, and takes the word of a person for what was done by hand', async () => {
    const one = project(shopControl(shop));
    shop.fault = (request) => (shop.log[request - 1] === 'DELETE /switch/a' ? '500' : undefined);
    const { exit, stdout } = await one.run();
    expect([exit, stdout]).toEqual([1, expect.stringContaining('its rollback is tried again by the next run')]);
    const again = await one.run();
    expect([again.exit, again.stdout]).toEqual([1, expect.stringContaining('is still pending')]);
    const [pending] = one.records().filter(({ rollback }) => rollback) as [ControlRun];
    shop.fault = () => undefined;
    shop.switches.clear();
    const by = ['--state', one.state, '--reason', 'ann turned it off'];
    expect(await one.call(['dismiss', 'no-such-run', ...by])).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(`Pending: ${pending.run}`),
    });
    expect(await one.call(['dismiss', pending.run ?? '', ...by])).toMatchObject({ exit: 0 });
    expect(await one.run()).toMatchObject({ exit: 0 });
  });

  it('makes up for a rollback once it can, and that alone is enough for the old run', async () => {
    const one = project(shopControl(shop));
    shop.fault = (request) => (shop.log[request - 1] === 'DELETE /switch/a' ? '500' : undefined);
    expect(await one.run()).toMatchObject({ exit: 1 });
    shop.fault = () => undefined;
    const { exit, stdout } = await one.run();
    expect([exit, shop.untouched]).toEqual([0, true]);
    expect(stdout).toMatch(/^\? alarm {2}inconclusive: the rollback was made up for later .*\n✔ alarm {2}pass/);
  });

  it('lets no two runners work on the same state', async () => {
    const one = project(shopControl(shop));
    shop.fault = (request) => (request === 6 ? 'hang' : undefined);
    const first = one.run();
    await expect.poll(() => shop.log.length).toBe(6);
    const hint = expect.stringContaining('is locked by process');
    expect(await one.call(['dismiss', 'x', '--state', one.state, '--reason', 'y'])).toMatchObject({
      exit: 2,
      stderr: hint,
    });
    await first;
  });

  it('never runs two controls on one service at once', async () => {
    const slow = (id: string) => shopControl(shop, { id });
    const many = project(slow('one'), slow('two'), slow('three'));
    expect(await many.run('--concurrency', '9')).toMatchObject({ exit: 0 });
    // Each sees the steady state that the one before has left: were they mixed, none would.
    expect(shop.log).toHaveLength(3 * 11);
  });

  it('shows progress on a terminal only, in a line that goes again', async () => {
    const one = project(lookingControl());
    expect((await one.run()).stderr).toBe('');
    const { stderr } = await one.call(['run', '--state', one.state], { terminal: 100 });
    expect(stderr).toContain('\r\u001b[2Klooks: steady state');
    expect(stderr.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('shows nothing as it is that a service says', async () => {
    const command = ['printf', '\\033[31m::error::x\\n'];
    const one = project(lookingControl({ verify: [{ ...TRUE, command, expect: { '/stdout': 'y' } }] }));
    const { stdout } = await one.run();
    expect(stdout).not.toContain('\u001b');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  it.each([
    [['none'], 2, 'no control "none"'],
    [['alrm'], 2, 'Did you mean "alarm"?'],
    [['--format', 'xml'], 2, 'Known formats: text, json.'],
    [['--concurrency', '100'], 2, 'not a number from 1 to 99'],
    [['--jitter', '5m'], 2, 'no duration'],
  ])('%j: exit %i', async (args, exit, problem) => {
    expect(await project(shopControl(shop)).run(...args)).toMatchObject({
      exit,
      stderr: expect.stringContaining(problem),
    });
    expect(shop.log).toEqual([]);
  });

  it('without any control has nothing to run, which is no pass', async () => {
    expect((await project().run()).exit).toBe(3);
  });
});

describe('control files', () => {
  const refused = async (more: object): Promise<string> => {
    const { exit, stderr } = await project({ ...lookingControl(), ...more }).run();
    return `${exit} ${stderr}`;
  };
  const act = { action: [{ name: 'a', kind: 'write', path: 'x', content: '' }] };

  it.each<[string, object, string]>([
    ['a misspelt key', { stedy: [] }, 'Did you mean "steady"?'],
    ['a misspelt key of a probe', { steady: [{ ...TRUE, witin: 'PT1S' }] }, 'Did you mean "within"?'],
    ['a misspelt key of a step', { action: [{ name: 'a', kind: 'write', pth: 'x' }] }, 'Did you mean "path"?'],
    ['an unknown service', { service: 'shp' }, 'Did you mean "shop"?'],
    ['another tier than the inventory', { tier: 2 }, 'says tier 2, and controls/ccv/services.yaml says'],
    ['a schedule that cannot be read', { schedule: { cron: '61 * * * *' } }, 'the schedule cannot be read'],
    ['a schedule that never comes', { schedule: { cron: '0 0 30 2 *' } }, 'never comes'],
    [
      'a time zone that is none',
      { schedule: { cron: '0 0 * * *', timezone: 'Mars/Base' } },
      'the schedule cannot be read',
    ],
    ['a day that is none', { expires: '2026-02-30' }, 'is not a day of the calendar'],
    ['an unknown placeholder', { steady: [{ ...TRUE, command: ['${home}'] }] }, 'is no placeholder'],
    ['a target without a cohort', { steady: [{ ...TRUE, command: ['${target}'] }] }, 'it says what ${target} is'],
    ['an action without a rollback', { ...act, health: { probes: [TRUE] } }, 'rollback: is needed by an action'],
    ['an action without health', { ...act, rollback: [] }, 'health: is needed by an action'],
    ['an action without a state', { ...act, rollback: [], health: { probes: [TRUE] } }, 'name what must be as before'],
    ['nothing that is verified', { verify: [] }, 'verify'],
    ['a probe that expects nothing', { verify: [{ ...TRUE, expect: {} }] }, 'expects nothing'],
    [
      'a secret in the file',
      { verify: [{ name: 'q', kind: 'sql', connection: 'postgresql://u:p@h/d', query: 'x', expect: { '/count': 1 } }] },
      'must be env:NAME',
    ],
    ['a limit of nothing', { limits: { blastRadius: 0 } }, 'limits.blastRadius'],
    ['a duration of nothing', { limits: { timeout: 'PT0S' } }, 'must be a duration'],
  ])('%s is refused', async (_what, more, problem) => {
    const answer = await refused(more);
    expect(answer).toMatch(/^2 /);
    expect(answer).toContain(problem);
  });

  it('with the same id twice are refused', async () => {
    const two = project(lookingControl());
    two.write('controls/ccv/other.yaml', lookingControl());
    expect(await two.run()).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('is that of controls/ccv/looks.yaml'),
    });
  });
});
