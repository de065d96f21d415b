// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeliosError } from '../../core/src/error.ts';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { plant } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { poamOf } from '../src/poam/export.ts';
import { exceptionsOf } from '../src/poam/import.ts';
import { uuid5 } from '../src/poam/uuid.ts';
import { entry, exception, type Fields, register, REGISTER } from './stage.ts';

interface Document {
  readonly 'plan-of-action-and-milestones': {
    readonly uuid: string;
    readonly metadata: Fields;
    readonly risks: readonly Fields[];
    readonly 'poam-items': readonly Fields[];
  };
}
const read = (text: string): Document['plan-of-action-and-milestones'] =>
  (JSON.parse(text) as Document)['plan-of-action-and-milestones'];
const again = (text: string, requester?: string) => exceptionsOf('p.json', JSON.parse(text), requester);

const FULL = exception({
  compensation: ['The vendor alerts.', 'Access is logged.'],
  aliases: ['GHSA-aaaa-bbbb-cccc', 'PYSEC-2026-1'],
  scope: { rule: 'vex/affected', purl: 'pkg:npm/left-pad@1.3.0', vulnerability: 'CVE-2026-0001' },
  close: { when: 'control-pass', control: 'mfa', service: 'web', runs: 2 },
  plan: [
    { title: 'New version', due: '2026-06-30' },
    { title: 'Old one gone', due: '2026-07-15T10:00:00Z', done: '2026-05-30' },
  ],
  previous: 'EXC-2025-009',
  review: { at: '2026-05-01', by: 'grace' },
  state: 'closed',
  end: { at: '2026-06-01', because: 'mended', proof: ['builds/run-1.json', 'builds/run-2.json'] },
});

describe('a plan of action and milestones', () => {
  const plan = read(poamOf([FULL], 'Plan'));

  it('poam-deadline-lost: carries the deadline of each risk and the date of each milestone', () => {
    expect(plan.risks[0]).toMatchObject({
      deadline: '2026-07-31T23:59:59.999Z',
      status: 'closed',
      remediations: [
        { tasks: [{ type: 'milestone', timing: { 'on-date': { date: '2026-06-30T23:59:59.999Z' } } }, {}] },
      ],
    });
  });

  it('has what OSCAL 1.1 asks for: UUIDs, a version, items that lead to their risks', () => {
    expect(plan.metadata).toMatchObject({
      title: 'Plan',
      'oscal-version': '1.1.3',
      'last-modified': '2026-06-01T00:00:00.000Z',
    });
    const uuids = JSON.stringify(plan).match(/"uuid":"[^"]+"/g) ?? [];
    expect(
      uuids.every((uuid) => /"uuid":"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"/.test(uuid)),
    ).toBe(true);
    expect(new Set(uuids).size).toBe(uuids.length);
    expect(plan['poam-items'][0]?.['related-risks']).toEqual([{ 'risk-uuid': plan.risks[0]?.['uuid'] }]);
  });

  it('names properties as XML allows, and keeps each value on one line', () => {
    const props =
      poamOf([exception({ title: 'two\nlines', owner: ' spaced ' })], 'Plan').match(/"name": "[^"]*"|"value": ".*"/g) ??
      [];
    for (const each of props.filter((text) => text.startsWith('"name"')))
      expect(each).toMatch(/^"name": "[a-z][a-z0-9-]*"$/);
    for (const each of props.filter((text) => text.startsWith('"value"')))
      expect(each).toMatch(/^"value": "\S(.*\S)?"$/);
  });

  it('comes back as it was', () => {
    expect(again(poamOf([FULL, exception()], 'Plan'))).toEqual([FULL, exception()]);
  });

  it('takes a deadline that was moved in OSCAL for what it is', () => {
    const moved = poamOf([FULL], 'Plan').replace(
      '"deadline": "2026-07-31T23:59:59.999Z"',
      '"deadline": "2026-07-10T00:00:00+02:00"',
    );
    expect(again(moved)[0]?.expires).toBe('2026-07-09T22:00:00.000Z');
  });
});

it('any register comes back as it was, and is exported to the same bytes again', () => {
  const text = fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }).filter((word) => word.isWellFormed());
  const words = fc.array(text, { minLength: 1, maxLength: 3 });
  const fields = fc.record(
    {
      title: text,
      owner: text,
      reason: text,
      risk: text,
      ticket: text,
      aliases: words,
      plan: fc.array(fc.record({ title: text, due: fc.constantFrom('2026-06-30', '2026-06-30T08:00:00Z') }), {
        minLength: 1,
        maxLength: 3,
      }),
      compensation: fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 3 })),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(fields, { minLength: 1, maxLength: 4 }), (all) => {
      const exceptions = all.map((one, index) => exception({ ...one, id: `EXC-${index}` }));
      const exported = poamOf(exceptions, 'Plan');
      expect(again(exported)).toEqual(exceptions);
      expect(poamOf(again(exported), 'Plan')).toBe(exported);
    }),
    { numRuns: 150 },
  );
});

/** As another tool would write it, in words of our own. */
const FOREIGN = {
  'plan-of-action-and-milestones': {
    uuid: '11111111-1111-4111-8111-111111111111',
    metadata: { title: 'Other', 'last-modified': '2026-05-01T08:00:00+02:00', version: '1', 'oscal-version': '1.1.2' },
    'system-id': { id: 'S-1' },
    risks: [
      {
        uuid: '22222222-2222-4222-8222-222222222222',
        title: 'Old library',
        description: 'It is not maintained.',
        statement: 'It may be exploited.',
        status: 'deviation-approved',
        characterizations: [{ origin: {}, facets: [{ name: 'impact', system: 'x', value: 'moderate' }] }],
        deadline: '2026-07-01T00:00:00-05:00',
        remediations: [
          {
            uuid: 'x',
            lifecycle: 'planned',
            title: 't',
            description: 'd',
            tasks: [
              {
                uuid: 'y',
                type: 'milestone',
                title: 'Replace it',
                timing: { 'within-date-range': { start: '2026-05-01T00:00:00Z', end: '2026-06-15T00:00:00Z' } },
              },
            ],
          },
        ],
      },
    ],
    'poam-items': [
      {
        uuid: '33333333-3333-4333-8333-333333333333',
        title: 'Replace',
        description: 'd',
        'related-risks': [{ 'risk-uuid': '22222222-2222-4222-8222-222222222222' }],
      },
    ],
  },
};

describe('a plan of others', () => {
  const importing = (document: unknown, ...args: readonly string[]): Promise<Called> =>
    call(run, { args: ['poam', 'import', 'p.json', ...args], files: { 'p.json': JSON.stringify(document) } });
  const without = (text: string, end: string): unknown => JSON.parse(JSON.stringify(FOREIGN).replace(text, end));

  it('becomes drafts: what others accepted is approved here, or not at all', () => {
    const [one] = again(JSON.stringify(FOREIGN), 'ada');
    expect(one).toMatchObject({
      id: 'POAM-22222222-1',
      state: 'draft',
      severity: 'medium',
      requester: 'ada',
      expires: '2026-07-01T05:00:00.000Z',
      plan: [{ title: 'Replace it', due: '2026-06-15T00:00:00.000Z' }],
    });
    expect(again(poamOf(one ? [one] : [], 'Plan'))).toEqual([one]);
  });

  it('external-acceptance-never-expires: is refused where a risk has no deadline', async () => {
    const { exit, stderr } = await importing(
      without('"deadline":"2026-07-01T00:00:00-05:00",', ''),
      '--requester',
      'ada',
    );
    expect([exit, stderr]).toEqual([
      2,
      expect.stringMatching(/"Old library" has no deadline\n.*an acceptance that never ends/),
    ]);
    const ours = poamOf([FULL], 'Plan').replace(/"deadline": "[^"]*",?/, '');
    expect(() => again(ours.replace(/,(\s*})/g, '$1'))).toThrow(/has no deadline/);
  });

  it.each([
    [without('"risk-uuid":"2222', '"risk-uuid":"4444'), 'which is not in the document'],
    [
      without('"related-risks":[{"risk-uuid":"22222222-2222-4222-8222-222222222222"}]', '"props":[]'),
      'is about no risk',
    ],
    [{ catalog: {} }, 'is no plan of action and milestones'],
    [FOREIGN, '--requester NAME'],
  ])('that cannot be taken is refused (%#)', async (document, said) => {
    const { exit, stderr } = await importing(document);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(said)]);
  });
});

it('any document is taken or refused with what is wrong, however it was changed', () => {
  const texts = [poamOf([FULL, exception({ title: 'two\nlines' })], 'Plan'), JSON.stringify(FOREIGN)];
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom('json', '\ud800', '__proto__', '9'.repeat(40), '2026-02-30'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.nat(), odd, (text, pick, value) => {
      const leaves = [...text.matchAll(/"(?:[^"\\]|\\.)*"/g)];
      const leaf = leaves[pick % leaves.length];
      const changed =
        text.slice(0, leaf?.index) + JSON.stringify(value) + text.slice((leaf?.index ?? 0) + (leaf?.[0].length ?? 0));
      let document: unknown;
      try {
        document = JSON.parse(changed);
      } catch {
        return;
      }
      try {
        expect(poamOf(exceptionsOf('p.json', document, 'ada'), 'Plan')).toContain('oscal-version');
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(HeliosError);
      }
    }),
    { numRuns: 400 },
  );
});

describe('sec-exception poam', () => {
  it('exports a register and imports it again', async () => {
    const root = plant({ 'helios.yaml': 'version: 1\n', [REGISTER]: register(entry()) });
    expect((await call(run, { args: ['poam', 'export', '-o', 'plan.json'], root })).exit).toBe(0);
    const { exit, stdout } = await call(run, { args: ['poam', 'import', 'plan.json'], root });
    expect([exit, stdout]).toEqual([0, register(entry())]);
    const first = readFileSync(join(root, 'plan.json'), 'utf8');
    await call(run, { args: ['poam', 'export', '-o', 'plan.json'], root, now: new Date('2026-12-24') });
    expect(readFileSync(join(root, 'plan.json'), 'utf8')).toBe(first);
  });

  it('makes no plan of an empty register', async () => {
    const { exit, stderr } = await call(run, {
      args: ['poam', 'export'],
      files: { 'helios.yaml': 'version: 1\n', [REGISTER]: register() },
    });
    expect([exit, stderr]).toEqual([3, 'the register is empty: there is nothing to plan\n']);
  });
});

it('UUIDs of version 5 are those of RFC 9562 (appendix A.4)', () => {
  expect(uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});
