// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { addTo, plant } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { entry, type Fields, register, REGISTER } from './stage.ts';

const CONFIG = 'version: 1\nconnectors:\n  sink: {kind: file, path: sink.ndjson}\n';

/** An entry that ends with the last moment of 31 July 2026. */
const repository = (...more: readonly Fields[]): string =>
  plant({ 'helios.yaml': CONFIG, [REGISTER]: register(...(more.length === 0 ? [entry()] : more)) });
const warn = (root: string, now: string, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: ['warn', '--apply', ...args], root, env: { HOME: root }, now: new Date(now) });
const sent = (root: string): readonly string[] => readFileSync(join(root, 'sink.ndjson'), 'utf8').trim().split('\n');

describe('a warning', () => {
  it('is given 72 hours before the end, and not an hour earlier', async () => {
    const root = repository();
    expect((await warn(root, '2026-07-28T23:00:00Z')).stdout).toBe('nothing to say\n');
    expect((await warn(root, '2026-07-29T00:00:00Z')).stdout).toBe(
      'told @acme/detection: EXC-2026-001 (Mapping of the old rule) expires on 2026-07-31\n',
    );
  });

  it('is given once, and the end is announced once as well', async () => {
    const root = repository();
    const said: string[] = [];
    for (const day of ['29', '30', '31']) said.push((await warn(root, `2026-07-${day}T06:00:00Z`)).stdout);
    for (const day of ['01', '02']) said.push((await warn(root, `2026-08-${day}T06:00:00Z`)).stdout);
    expect(said.map((text) => text.includes('told'))).toEqual([true, false, false, true, false]);
    expect(said[3]).toContain('expired on 2026-07-31\n');
    expect(readdirSync(join(root, '.evidence/exceptions'))).toHaveLength(2);
  });

  it('that comes late says so, and an end that nobody was warned of says that', async () => {
    expect((await warn(repository(), '2026-07-30T06:00:00Z')).stdout).toContain(
      'expires on 2026-07-31; this comes late',
    );
    expect((await warn(repository(), '2026-08-05T06:00:00Z')).stdout).toContain(
      'expired on 2026-07-31; nobody was warned of it; this comes late',
    );
  });

  it('is given again when the date was moved, for that is another end', async () => {
    const root = repository();
    await warn(root, '2026-07-30T06:00:00Z');
    addTo(root, { [REGISTER]: register(entry({ expires: '2026-08-15' })) });
    expect((await warn(root, '2026-08-14T00:00:00Z')).stdout).toContain('expires on 2026-08-15');
  });

  it('is not given for what is closed, or goes on in an approved extension', async () => {
    const next = entry({ id: 'EXC-2026-002', previous: 'EXC-2026-001', approved: '2026-07-20', expires: '2026-10-20' });
    expect((await warn(repository(entry(), next), '2026-07-30T06:00:00Z')).stdout).toBe('nothing to say\n');
    expect((await warn(repository(entry(), { ...next, state: 'draft' }), '2026-07-30T06:00:00Z')).stdout).toContain(
      'expires',
    );
    expect((await warn(repository(entry({ state: 'closed' })), '2026-07-30T06:00:00Z')).stdout).toBe(
      'nothing to say\n',
    );
  });

  it('goes to a connector where one is named, with owner, ticket and register', async () => {
    const root = repository();
    await warn(root, '2026-07-30T06:00:00Z', '--to', 'sink');
    expect(sent(root).map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        schema: 'helios/alert/v1',
        key: 'helios/exception EXC-2026-001 2026-07-31 warning',
        action: 'trigger',
        severity: 'warning',
        details: { owner: '@acme/detection', ticket: 'SEC-1', register: REGISTER },
      },
    ]);
  });

  it('tells no secret that somebody wrote into the register', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const root = repository(entry({ title: `Key ${secret}`, ticket: secret }));
    const { stdout } = await warn(root, '2026-07-30T06:00:00Z', '--to', 'sink');
    const [name = ''] = readdirSync(join(root, '.evidence/exceptions'));
    const left = readFileSync(join(root, '.evidence/exceptions', name), 'utf8');
    for (const text of [stdout, left, ...sent(root)]) {
      expect(text).toContain('[redacted');
      expect(text).not.toContain(secret);
    }
  });

  it('without --apply is only said to be due', async () => {
    const root = repository();
    const { stdout } = await call(run, { args: ['warn', '--to', 'sink'], root, now: new Date('2026-07-30T06:00:00Z') });
    expect(stdout).toMatch(/^would tell @acme\/detection: [^]*nothing was sent; --apply does it\n$/);
    expect(readdirSync(root)).toEqual(['controls', 'helios.yaml']);
  });

  it('is refused by a clock that went back', async () => {
    const root = repository();
    await warn(root, '2026-07-30T06:00:00Z');
    expect(await warn(root, '2026-07-29T06:00:00Z')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('the clock stands before the notice of 2026-07-30T06:00:00.000Z'),
    });
  });

  it.each([
    [['--to', 'snik'], 'Did you mean "sink"?'],
    [['--every', 'day'], 'Write --every 24.'],
  ])('with %j is refused with what is right', async (args, hint) => {
    const { exit, stderr } = await warn(repository(), '2026-07-30T06:00:00Z', ...args);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(hint)]);
  });
});
