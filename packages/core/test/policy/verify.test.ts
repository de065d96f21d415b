// SPDX-License-Identifier: Apache-2.0
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/hash/index.ts';
import { verifyLock } from '../../src/policy/index.ts';
import { copyOfRepository, errorOf, fixtureBundle, temporaryFolder } from './bundles.ts';
import { BUNDLE, REPOSITORY } from './repository.ts';

const LOCKED = (await verifyLock(REPOSITORY, BUNDLE)).texts.map((text) => text.path);

describe('the lock of a policy bundle', () => {
  let root: string;
  const file = (name: string): string => join(root, BUNDLE, name);
  const refusal = () => errorOf(() => verifyLock(root, BUNDLE));
  const editLock = (change: (lock: Record<string, unknown>) => unknown): void => {
    const lock: unknown = JSON.parse(readFileSync(file('policy.lock.json'), 'utf8'));
    writeFileSync(file('policy.lock.json'), JSON.stringify(change(lock as Record<string, unknown>)));
  };
  beforeEach(() => {
    root = copyOfRepository();
  });

  it('holds for the bundle of this repository, and names every text in order', () => {
    expect(LOCKED).toContain('controls/opa/policies/exception.rego');
    expect(LOCKED).toContain('controls/opa/limits/data.json');
    expect(LOCKED).toContain('controls/opa/abac_test.rego');
    expect(LOCKED).toContain('controls/opa/capabilities.json');
    expect(LOCKED).toContain('controls/opa/policy.lock.json');
    expect(LOCKED).toEqual(LOCKED.toSorted());
  });

  it.each([...LOCKED.filter((path) => !path.endsWith('.lock.json')), 'controls/opa/policy.wasm'])(
    'catches one changed byte in %s',
    async (path) => {
      const bytes = readFileSync(join(root, path));
      const middle = bytes.length >> 1;
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      writeFileSync(join(root, path), bytes);
      const error = await refusal();
      expect([error.code, error.detail.path]).toEqual(['policy', path]);
      expect(error.detail.hint).toContain('sec policy build controls/opa');
    },
  );

  it.each(LOCKED.filter((path) => path !== 'controls/opa/capabilities.json'))(
    'misses %s when it is gone',
    async (path) => {
      rmSync(join(root, path));
      const error = await refusal();
      expect([error.code, error.detail.path]).toEqual(['policy', path]);
    },
  );

  it.each(['capabilities.json', 'policy.wasm'])('misses %s when it is gone', async (name) => {
    rmSync(file(name));
    const error = await refusal();
    expect([error.code, error.detail.path]).toEqual(['policy', `${BUNDLE}/${name}`]);
  });

  it.each(['extra.rego', 'deep/er/extra.rego', 'extra_test.rego', 'data.json', 'more/data.json'])(
    'refuses %s, which the module was compiled without',
    async (name) => {
      mkdirSync(join(file(name), '..'), { recursive: true });
      writeFileSync(file(name), name.endsWith('.json') ? '{}' : 'package extra\n');
      const error = await refusal();
      expect([error.code, error.detail.path]).toEqual(['policy', `${BUNDLE}/${name}`]);
      expect(error.message).toBe('the module was compiled without this file');
    },
  );

  it('takes no notice of files that are no part of a bundle', async () => {
    writeFileSync(file('NOTES.md'), 'notes');
    writeFileSync(file('policies/another.schema.json'), '{}');
    await expect(verifyLock(root, BUNDLE)).resolves.toMatchObject({ path: BUNDLE });
  });

  it('refuses data that only opa would read', async () => {
    writeFileSync(file('limits/data.yaml'), 'a: 1\n');
    expect(await refusal()).toMatchObject({ code: 'policy', message: 'data for policies is not JSON' });
  });

  it('refuses symbolic links, wherever they lead', async () => {
    renameSync(file('abac.rego'), file('abac.txt'));
    symlinkSync('abac.txt', file('abac.rego'));
    expect(await refusal()).toMatchObject({ code: 'policy', detail: { path: `${BUNDLE}/abac.rego` } });
    expect((await refusal()).message).toBe('a policy bundle holds a symbolic link');
  });

  it('refuses a bundle that is reached through a link', async () => {
    symlinkSync(join(root, BUNDLE), join(root, 'elsewhere'));
    expect(await errorOf(() => verifyLock(root, 'elsewhere'))).toMatchObject({ code: 'policy' });
  });

  it.each(['nowhere', '../elsewhere', '/etc', 'controls/opa/abac.rego'])(
    'refuses %s, which is no folder of the repository',
    async (path) => {
      expect(await errorOf(() => verifyLock(root, path))).toMatchObject({ code: 'policy', detail: { path } });
    },
  );

  it('refuses sources above 1 MiB unread', async () => {
    writeFileSync(file('abac.rego'), `package abac\n${'# long\n'.repeat(200_000)}`);
    expect(await refusal()).toMatchObject({ code: 'policy', detail: { path: `${BUNDLE}/abac.rego` } });
  });

  it.each([
    ['not JSON', () => 'not a lock'],
    ['an unknown key', (lock: object) => ({ ...lock, note: 'trust me' })],
    ['another schema', (lock: object) => ({ ...lock, schema: 'helios/policy-lock/v2' })],
    ['a short digest', (lock: object) => ({ ...lock, capabilities: 'abc' })],
  ])('refuses a lock with %s', async (_, change) => {
    editLock(change);
    expect(await refusal()).toMatchObject({ code: 'policy', detail: { path: `${BUNDLE}/policy.lock.json` } });
  });

  it.each([
    ['entrypoints', ['abac/decision']],
    ['builtins', ['http.send']],
    ['abi', '1.2'],
  ])('asks the module again for its %s, as a lock can be edited', async (key, value) => {
    editLock((lock) => ({ ...lock, [key]: value }));
    const error = await refusal();
    expect(error.message).toBe('says other entrypoints, built-ins or ABI than the module has');
  });

  it('refuses another module although the lock was edited to name it', async () => {
    const { module } = fixtureBundle('host');
    writeFileSync(file('policy.wasm'), module);
    editLock((lock) => ({ ...lock, module: { bytes: module.length, sha256: sha256Hex(module) } }));
    expect(await refusal()).toMatchObject({ code: 'policy' });
  });

  it('refuses a module that is none', async () => {
    writeFileSync(file('policy.wasm'), 'not wasm');
    editLock((lock) => ({ ...lock, module: { bytes: 8, sha256: sha256Hex('not wasm') } }));
    expect((await refusal()).message).toContain('not a module that opa compiled');
  });

  it('holds wherever the repository lies', async () => {
    const elsewhere = join(temporaryFolder(), 'deeper', 'down');
    cpSync(root, elsewhere, { recursive: true });
    expect((await verifyLock(elsewhere, BUNDLE)).lock).toEqual((await verifyLock(REPOSITORY, BUNDLE)).lock);
  });
});
