// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, globSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../../src/probe/world.ts';
import { runControlBuilt, UNBUILT } from '../built.ts';
import { lookingControl, runnerOn, runOf, temporaryFolder, worldWith } from '../stage.ts';
import { act, look } from './look.ts';

const [BIN] = globSync('/usr/lib/postgresql/*/bin');
/** PostgreSQL refuses to run as root; `nobody` will do. */
const NOBODY = { uid: 65534, gid: 65534 };
const IS_ROOT = process.getuid?.() === 0;
const USER = IS_ROOT ? NOBODY : {};

let server: ChildProcess;
let world: World;

beforeAll(async () => {
  if (BIN === undefined) return;
  const folder = temporaryFolder();
  chmodSync(folder, 0o700);
  if (IS_ROOT) chownSync(folder, NOBODY.uid, NOBODY.gid);
  const data = join(folder, 'data');
  const port = await freePort();
  spawnSync(join(BIN, 'initdb'), ['-D', data, '-U', 'tester', '-A', 'trust', '--no-sync'], { ...USER, cwd: folder });
  const settings = ['-h', '127.0.0.1', '-p', String(port), '-k', folder, '-F'];
  server = spawn(join(BIN, 'postgres'), ['-D', data, ...settings], { ...USER, cwd: folder, stdio: 'ignore' });
  const host = `127.0.0.1:${port}`;
  world = worldWith([host], { env: { PATH: process.env['PATH'], DB: `postgresql://tester@${host}/postgres` } });
  while (!(await look(SELECT_1, world).catch(() => undefined))) await new Promise((tick) => void setTimeout(tick, 50));
  await act(sql('CREATE TABLE account (name text PRIMARY KEY, locked boolean NOT NULL)'), world);
  await act(sql("INSERT INTO account VALUES ('ann', false)"), world);
}, 60_000);
afterAll(() => void server?.kill('SIGINT'));

const sql = (query: string, parameters: readonly unknown[] = []) => ({
  kind: 'sql',
  connection: 'env:DB',
  query,
  parameters,
});
const SELECT_1 = sql('SELECT 1 AS one');
const LOCKED = sql("SELECT locked FROM account WHERE name = 'ann'");
const LOCKING = lookingControl({
  health: { probes: [{ name: 'answers', ...SELECT_1, expect: { '/count': 1 } }] },
  state: [{ name: 'accounts', ...sql('SELECT * FROM account ORDER BY name') }],
  steady: [{ name: 'open', ...LOCKED, expect: { '/rows/0/locked': false } }],
  action: [{ name: 'lock', ...sql("UPDATE account SET locked = true WHERE name = 'ann'") }],
  verify: [{ name: 'locked', ...LOCKED, expect: { '/rows/0/locked': true } }],
  rollback: [
    {
      name: 'unlock',
      ...sql('UPDATE account SET locked = $1 WHERE name = $2', ['${state:/accounts/rows/0/locked}', 'ann']),
    },
  ],
});

describe.skipIf(BIN === undefined)(`PostgreSQL${BIN === undefined ? ' (skipped: it is not installed)' : ''}`, () => {
  it('is asked in a transaction that cannot write', async () => {
    expect(await look(SELECT_1, world)).toEqual({ count: 1, rows: [{ one: 1 }] });
    expect(await look(sql('SELECT name FROM account WHERE name = $1', ['nobody']), world)).toMatchObject({ count: 0 });
    await expect(look(sql('DELETE FROM account'), world)).rejects.toMatchObject({
      name: 'NoData',
      message: expect.stringContaining('read-only transaction'),
    });
  });

  it('takes one statement, and that as a whole', async () => {
    await expect(act(sql('UPDATE account SET locked = true; DROP TABLE account'), world)).rejects.toThrow(
      'multiple commands',
    );
    expect(await look(sql('SELECT locked FROM account'), world)).toMatchObject({ rows: [{ locked: false }] });
  });

  it('that takes too long, or is not named in the allow-list, is not waited for', async () => {
    await expect(look({ ...sql('SELECT pg_sleep(20)'), timeout: 'PT1S' }, world)).rejects.toMatchObject({
      name: 'NoData',
    });
    await expect(look(SELECT_1, { ...world, network: { allow: [], private: [] } })).rejects.toMatchObject({
      code: 'config',
    });
    await expect(look(SELECT_1, { ...world, env: {} })).rejects.toMatchObject({ message: 'DB is not set' });
  });

  it('is as it was after a run', async () => {
    expect(await runOf(LOCKING, await runnerOn(world))).toMatchObject({
      outcome: 'pass',
      rollback: { verified: true },
    });
    expect(await look(LOCKED, world)).toMatchObject({ rows: [{ locked: false }] });
  });

  it.skipIf(UNBUILT !== '')(`is spoken to by the program as it is shipped${UNBUILT}`, async () => {
    const { exit, output, records } = await runControlBuilt(LOCKING, world.network.allow, { DB: world.env['DB'] });
    expect([exit, output]).toEqual([0, expect.stringContaining('looks  pass')]);
    expect(records).toMatchObject([{ outcome: 'pass', rollback: { verified: true } }]);
  });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((ready) => void probe.listen(0, '127.0.0.1', ready));
  const { port } = probe.address() as AddressInfo;
  await new Promise((gone) => void probe.close(gone));
  return port;
}
