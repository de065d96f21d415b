// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addTo, BAD, CONFIG, type Ended, FILES, gate, GOOD, repository, sec } from './two-gates.ts';

const WITH_BASELINE = {
  'helios.yaml': `baseline: accepted.json\n${CONFIG}`,
  'accepted.json': '{"schema": "helios/baseline/v1", "entries": []}',
};

const baseline = (cwd: string, ...args: readonly string[]): Promise<Ended> => sec(['baseline', ...args], { cwd });
const accept = (cwd: string, expires = '2026-12-31', asOf = '2026-06-01'): Promise<Ended> =>
  baseline(cwd, 'accept', '--owner', 'soc', '--reason', 'legacy', '--expires', expires, '--as-of', asOf);

function entries(root: string, file = 'accepted.json'): { rule: string; expires: string }[] {
  return (JSON.parse(readFileSync(join(root, file), 'utf8')) as { entries: { rule: string; expires: string }[] })
    .entries;
}

describe('sec baseline', () => {
  it('accepts what is open, so that the next run passes and shows it as accepted', async () => {
    const root = repository({ ...WITH_BASELINE, 'rules/bad.yml': BAD });
    expect((await gate(root)).exit).toBe(1);
    expect(await accept(root)).toMatchObject({ exit: 0, stdout: 'accepted.json: 2 entries\n2 added\n' });
    expect((await gate(root)).exit).toBe(0);
    expect(await accept(root)).toMatchObject({ exit: 0, stdout: 'accepted.json: 2 entries\nnothing to change\n' });
  });

  it.each([
    ['owner', ' '],
    ['reason', ''],
    ['reason', 'x'.repeat(2001)],
    ['expires', '2026-02-30'],
    ['expires', '2026-05-31'],
  ])('refuses the %s "%.20s", and writes nothing that the next run would stumble over', async (term, value) => {
    const root = repository({ ...WITH_BASELINE, 'rules/bad.yml': BAD });
    const terms = Object.entries({ owner: 'soc', reason: 'legacy', expires: '2026-12-31', [term]: value });
    const flags = terms.flatMap(([name, given]) => [`--${name}`, given]);
    const refused = await baseline(root, 'accept', ...flags, '--as-of', '2026-06-01');
    expect(refused).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(`--${term}`) });
    expect(entries(root)).toEqual([]);
  });

  it('takes findings whose subject is as long as somebody liked', async () => {
    const root = repository({ ...WITH_BASELINE, 'rules/bad.yml': BAD.replace('Logging', 'Logging'.repeat(1000)) });
    expect(await accept(root)).toMatchObject({ exit: 0, stdout: 'accepted.json: 2 entries\n2 added\n' });
    expect((await gate(root)).exit).toBe(0);
  });

  it('says that an entry has new terms', async () => {
    const root = repository({ 'rules/bad.yml': BAD });
    await accept(root);
    expect((await accept(root, '2027-01-31')).stdout).toContain('helios.baseline.json: 2 entries\n2 renewed\n');
  });

  it('says what to write where no baseline is configured', async () => {
    const root = repository({ 'rules/bad.yml': BAD });
    expect((await accept(root)).stdout).toContain(
      'Add to helios.yaml, so that it counts: baseline: helios.baseline.json',
    );
    expect(entries(root, 'helios.baseline.json')).toHaveLength(2);
  });

  it('that is configured and not there yet is made by the first accept', async () => {
    const root = repository({ 'helios.yaml': `baseline: new.json\n${CONFIG}`, 'rules/bad.yml': BAD });
    expect(await accept(root)).toMatchObject({ exit: 0, stdout: 'new.json: 2 entries\n2 added\n' });
    expect((await gate(root)).exit).toBe(0);
  });

  it('counts again after the day, until accepted anew', async () => {
    const root = repository({ ...WITH_BASELINE, 'rules/bad.yml': BAD });
    await accept(root, '2026-06-30');
    const after = (): Promise<Ended> => sec(['gate', '--no-evidence', '--as-of', '2026-07-01'], { cwd: root });
    expect(await after()).toMatchObject({ exit: 1, stdout: expect.stringContaining('core/expired-baseline-entry') });
    await accept(root, '2026-12-31', '2026-07-01');
    expect(entries(root).map(({ expires }) => expires)).toEqual(['2026-12-31', '2026-12-31']);
    expect((await after()).exit).toBe(0);
  });

  it('forgets what was mended, and nothing else', async () => {
    const root = repository({ ...WITH_BASELINE, 'rules/bad.yml': BAD });
    await accept(root);
    addTo(root, { 'rules/bad.yml': BAD.replace('t1562.008', 't1685.002') });
    const stale = await gate(root, '--no-evidence');
    expect(stale).toMatchObject({ exit: 0, stdout: expect.stringContaining('core/stale-baseline-entry') });
    expect(await baseline(root, 'prune')).toMatchObject({ exit: 0, stdout: 'accepted.json: 1 entries\n1 removed\n' });
    expect(entries(root).map(({ rule }) => rule)).toEqual(['mapping/renamed-tactic']);
    addTo(root, { 'rules/bad.yml': GOOD });
    await baseline(root, 'prune');
    expect(entries(root)).toEqual([]);
  });

  it('never accepts that a file could not be read', async () => {
    const root = repository({ ...WITH_BASELINE, 'rules/bad.yml': 'title: "open\n' });
    await accept(root);
    expect(entries(root)).toEqual([]);
    expect((await gate(root)).exit).toBe(1);
  });

  it('that is malformed is refused and not overwritten', async () => {
    const malformed = '{"schema": "helios/baseline/v1", "entires": []}';
    const root = repository({ ...WITH_BASELINE, 'accepted.json': malformed, 'rules/bad.yml': BAD });
    const refused = {
      exit: 2,
      stdout: '',
      stderr:
        'sec: attack-mapper could not judge: accepted.json:1:34: unknown key "entires"\n' +
        '  → Did you mean "entries"? The baseline is unchanged.\n',
    };
    expect(await accept(root)).toMatchObject(refused);
    expect(await baseline(root, 'prune')).toMatchObject(refused);
    expect(readFileSync(join(root, 'accepted.json'), 'utf8')).toBe(malformed);
  });

  it('keeps what two at once accept, also when neither finds a baseline yet', async () => {
    const denied = (FILES['access/grants.yaml'] as string).replace('2026-12-01', '2026-05-01');
    const config = `baseline: new/accepted.json\n${CONFIG}`;
    const root = repository({ 'helios.yaml': config, 'rules/bad.yml': BAD, 'access/grants.yaml': denied });
    const terms = ['--owner', 'soc', '--reason', 'legacy', '--expires', '2026-12-31', '--as-of', '2026-06-01'];
    const both = await Promise.all(['attack-mapper', 'policy'].map((id) => baseline(root, 'accept', id, ...terms)));
    expect(both.map(({ exit }) => exit)).toEqual([0, 0]);
    expect(new Set(entries(root, 'new/accepted.json').map(({ rule }) => rule))).toEqual(
      new Set(['mapping/renamed-tactic', 'mapping/revoked-technique', 'policy/violation']),
    );
  });

  it('stays as it is when a gate could not judge', async () => {
    const root = repository({ ...WITH_BASELINE, 'rules/bad.yml': BAD });
    addTo(root, { 'controls/opa/abac.rego': 'package abac\n' });
    expect(await accept(root)).toMatchObject({ exit: 2, stderr: expect.stringContaining('policy could not judge') });
    expect(entries(root)).toEqual([]);
  });
});
