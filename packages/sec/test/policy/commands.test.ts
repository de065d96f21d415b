// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeliosError } from '@helios/core/error';
import { sha256Hex } from '@helios/core/hash';
import { describe, expect, it } from 'vitest';
import { policyBuild, type PolicySettings, policyTest, policyVerify } from '../../src/policy/commands.ts';
import { OPA_PATH, repositoryWith } from './repository.ts';

const because = OPA_PATH === undefined ? ' (skipped: opa is not on the PATH)' : '';
const settings = (root: string): PolicySettings => ({
  root,
  bundle: 'controls/opa',
  environment: { PATH: '/nowhere' },
});

async function errorOf(work: Promise<unknown>): Promise<HeliosError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof HeliosError) return thrown;
  return expect.unreachable('it should have been refused');
}

describe('sec policy without opa', () => {
  it('verifies, and says what it could not do', async () => {
    expect(await policyVerify(settings(repositoryWith({})))).toEqual({
      lines: [
        'controls/opa: 5 policies, 1 data files and the module are as locked',
        'not compiled again: opa is not at hand',
      ],
      exit: 0,
    });
  });

  it('refuses to verify a stale bundle', async () => {
    expect(await errorOf(policyVerify(settings(repositoryWith({ 'controls/opa/abac.rego': '' }))))).toMatchObject({
      code: 'policy',
    });
  });

  it('does not build or test, and says how to get opa', async () => {
    for (const command of [policyBuild, policyTest]) {
      const error = await errorOf(command(settings(repositoryWith({}))));
      expect(error).toMatchObject({ code: 'usage', detail: { hint: expect.stringContaining('go install') } });
    }
  });

  it('does not pass over an opa that was named and is not there', async () => {
    expect(await errorOf(policyVerify({ ...settings(repositoryWith({})), opa: '/nowhere/opa' }))).toMatchObject({
      code: 'usage',
    });
  });
});

describe.skipIf(OPA_PATH === undefined)(`sec policy with opa${because}`, () => {
  const withOpa = (root: string): PolicySettings => ({ ...settings(root), opa: OPA_PATH ?? '' });

  it('builds what verifies', async () => {
    const root = repositoryWith({});
    writeFileSync(join(root, 'controls/opa/extra.rego'), '# More.\npackage extra\n\nx := 1\n');
    const built = await policyBuild(withOpa(root));
    expect(built.exit).toBe(0);
    expect(built.lines[1]).toMatch(/^compiled by opa \d+\.\d+\.\d+ from 5 policies, entrypoints abac\/decision, /);
    const verified = await policyVerify(withOpa(root));
    expect(verified.lines[1]).toMatch(/^compiled again by opa \d+\.\d+\.\d+: the same bytes$/);
  });

  it('counts tests, and fails when one fails', async () => {
    const root = repositoryWith({});
    expect((await policyTest(withOpa(root))).exit).toBe(0);
    writeFileSync(join(root, 'controls/opa/extra_test.rego'), 'package extra_test\n\ntest_no if false\n');
    const { lines, exit } = await policyTest(withOpa(root));
    expect(exit).toBe(1);
    expect(lines).toEqual(['failed: data.extra_test.test_no', expect.stringMatching(/^\d+ passed, 1 failed$/)]);
  });

  it('finds a module that no source explains, although module and lock agree', async () => {
    const root = repositoryWith({});
    const module = join(root, 'controls/opa/policy.wasm');
    // An empty custom section at the end: still a module, with the same exports.
    const forged = Buffer.concat([readFileSync(module), Buffer.from([0, 2, 1, 0x78])]);
    const lock = join(root, 'controls/opa/policy.lock.json');
    const text = readFileSync(lock, 'utf8');
    const { bytes, sha256 } = (JSON.parse(text) as { module: { bytes: number; sha256: string } }).module;
    writeFileSync(module, forged);
    writeFileSync(
      lock,
      text.replace(sha256, sha256Hex(forged)).replace(`"bytes": ${bytes}`, `"bytes": ${forged.length}`),
    );
    expect((await policyVerify(settings(root))).exit).toBe(0);
    expect((await errorOf(policyVerify(withOpa(root)))).message).toBe(
      'the module is not what opa compiles from these sources',
    );
  });
});
