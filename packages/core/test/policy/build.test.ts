// SPDX-License-Identifier: Apache-2.0
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildPolicy, compilePolicy, findOpa, loadPolicy, testPolicy, verifyLock } from '../../src/policy/index.ts';
import { copyOfRepository, errorOf, OPA_PATH, temporaryFolder } from './bundles.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { BUNDLE, REPOSITORY } from './repository.ts';

const absent = OPA_PATH === undefined;
const because = absent ? ' (skipped: opa is not on the PATH)' : '';
const opa = absent ? undefined : await findOpa(process.env, OPA_PATH);

describe('the search for opa', () => {
  it('says how to get it when there is none', async () => {
    const error = await errorOf(() => findOpa({ PATH: '/nowhere' }));
    expect(error.code).toBe('usage');
    expect(error.detail.hint).toContain('go install github.com/open-policy-agent/opa@v');
  });

  it('takes the flag before the variable, and the variable before the PATH', async () => {
    const folder = temporaryFolder();
    for (const [name, version] of [
      ['flag', '1.0.1'],
      ['variable', '1.0.2'],
      ['opa', '1.0.3'],
    ] as const) {
      writeFileSync(join(folder, name), `#!/bin/sh\necho "Version: ${version}"\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const environment = { PATH: `${folder}:/bin`, OPA: join(folder, 'variable') };
    expect((await findOpa(environment, join(folder, 'flag'))).version).toBe('1.0.1');
    expect((await findOpa(environment)).version).toBe('1.0.2');
    expect((await findOpa({ PATH: environment.PATH })).version).toBe('1.0.3');
  });

  it('refuses a command that is something else', async () => {
    expect(await errorOf(() => findOpa({ PATH: '/bin:/usr/bin' }, 'echo'))).toMatchObject({ code: 'usage' });
  });
});

describe.skipIf(opa === undefined)(`building a bundle${because}`, () => {
  if (opa === undefined) return;
  let root: string;
  const file = (name: string): string => join(root, BUNDLE, name);
  beforeEach(() => {
    root = copyOfRepository();
  });

  it('gives the module and the lock of this repository again, byte for byte, anywhere', async () => {
    const committed = ['policy.wasm', 'policy.lock.json'].map((name) => readFileSync(join(REPOSITORY, BUNDLE, name)));
    for (const name of ['policy.wasm', 'policy.lock.json']) rmSync(file(name));
    await buildPolicy(root, BUNDLE, opa);
    expect(['policy.wasm', 'policy.lock.json'].map((name) => readFileSync(file(name)))).toEqual(committed);
    await buildPolicy(root, BUNDLE, opa);
    expect(['policy.wasm', 'policy.lock.json'].map((name) => readFileSync(file(name)))).toEqual(committed);
  });

  it('leaves nothing else behind', async () => {
    const before = readdirSync(join(root, BUNDLE), { recursive: true, encoding: 'utf8' }).sort();
    await buildPolicy(root, BUNDLE, opa);
    expect(readdirSync(join(root, BUNDLE), { recursive: true, encoding: 'utf8' }).sort()).toEqual(before);
  });

  it('mends a stale bundle', async () => {
    writeFileSync(file('abac.rego'), `${readFileSync(file('abac.rego'), 'utf8')}\n# A word more.\n`);
    expect(await errorOf(() => verifyLock(root, BUNDLE))).toMatchObject({ code: 'policy' });
    await buildPolicy(root, BUNDLE, opa);
    await expect(verifyLock(root, BUNDLE)).resolves.toMatchObject({ path: BUNDLE });
  });

  it.each([
    ['does not parse', 'extra.rego', 'package extra\nx := := 1\n'],
    ['is not strict', 'extra.rego', 'package extra\nimport data.calendar\nx := 1\n'],
    ['fails its tests', 'extra_test.rego', 'package extra_test\ntest_no if false\n'],
    ['skips a test', 'extra_test.rego', 'package extra_test\ntodo_test_later if true\n'],
    ['says a key of its data twice', 'more/data.json', '{"a": 1, "a": 2}'],
    ['says a key in two data files', 'data.json', '{"limits": {"access": 1}}'],
    ['has data that is no object', 'more/data.json', '[1]'],
    ['has another entrypoint', 'extra.rego', 'package extra\n# METADATA\n# entrypoint: true\nverdict := 1\n'],
  ])('refuses a bundle that %s, and leaves the old module', async (_, name, text) => {
    const module = readFileSync(file('policy.wasm'));
    mkdirSync(dirname(file(name)), { recursive: true });
    writeFileSync(file(name), text);
    expect((await errorOf(() => buildPolicy(root, BUNDLE, opa))).code).toMatch(/^(policy|input)$/);
    expect(readFileSync(file('policy.wasm'))).toEqual(module);
  });

  it.each([
    'time.now_ns()',
    'http.send({"method": "get", "url": "http://localhost"})',
    'rand.intn("seed", 2)',
    'crypto.sha256("a")',
    'io.jwt.decode("a.b.c")',
    'semver.compare("1.0.0", "1.0.0")',
    'net.lookup_ip_addr("localhost")',
    'opa.runtime()',
    'uuid.rfc4122("a")',
    'sprintf("%d", [1])',
    'yaml.marshal(1)',
  ])('refuses a policy that calls %s, at the latest when it is compiled', async (call) => {
    writeFileSync(file('extra.rego'), `package extra\n\n# METADATA\n# entrypoint: true\ndecision := ${call}\n`);
    const error = await errorOf(() => buildPolicy(root, BUNDLE, opa));
    expect(error.message).toContain(`undefined function ${call.slice(0, call.indexOf('('))}`);
  });

  it.each([
    'time.now_ns()',
    'rand.intn("seed", 2)',
    'crypto.sha256("a")',
    'io.jwt.decode("a.b.c")',
    'semver.compare("1.0.0", "1.0.0")',
  ])('refuses %s also when the capabilities were loosened', async (call) => {
    const capabilities = await opa.run('.', ['capabilities', '--current']);
    writeFileSync(file('capabilities.json'), capabilities.stdout);
    writeFileSync(file('extra.rego'), `package extra\n\n# METADATA\n# entrypoint: true\ndecision := ${call}\n`);
    const error = await errorOf(() => buildPolicy(root, BUNDLE, opa));
    expect(error.message).toBe(
      `the module needs built-ins that Helios does not supply: ${call.slice(0, call.indexOf('('))}`,
    );
  });

  it('takes policies with more constants than a module has memory by default', async () => {
    const words = Array.from({ length: 2000 }, (_, n) => `"${String(n).padStart(400, '-')}"`).join(', ');
    const decision = `{"violations": [], "checked": count({${words}} - {input.path})}`;
    writeFileSync(file('extra.rego'), `package extra\n\n# METADATA\n# entrypoint: true\ndecision := ${decision}\n`);
    await buildPolicy(root, BUNDLE, opa);
    const policy = loadPolicy(await verifyLock(root, BUNDLE));
    expect(policy.decide('extra/decision', { document: null, path: 'a', as_of: '' }).checked).toBe(2000);
  });

  it('tells which tests fail', async () => {
    expect((await testPolicy(root, BUNDLE, opa)).failures).toEqual([]);
    writeFileSync(
      file('limits/data.json'),
      readFileSync(file('limits/data.json'), 'utf8').replace('"critical": 14', '"critical": 15'),
    );
    expect((await testPolicy(root, BUNDLE, opa)).failures).toEqual([
      'data.policies.exception_test.test_each_severity_has_its_longest_duration',
    ]);
  });

  it('refuses a bundle without tests', async () => {
    for (const name of readdirSync(join(root, BUNDLE), { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('_test.rego')) rmSync(file(name));
    }
    expect((await errorOf(() => compilePolicy(root, BUNDLE, opa))).message).toContain('no tests');
  });

  it('keeps every source in the form that opa gives it', async () => {
    expect((await opa.run(join(REPOSITORY, BUNDLE), ['fmt', '--list', '.'])).stdout).toBe('');
  });
});

describe.skipIf(opa === undefined)(`the tests of the policies${because}`, () => {
  if (opa === undefined) return;
  it.each(['calendar.rego', 'policies/exception.rego', 'privacy.residency.rego', 'abac.rego'])(
    'notice every small lie in %s',
    { timeout: 600_000 },
    async (name) => {
      const mutants = [...mutantsOf(readFileSync(join(REPOSITORY, BUNDLE, name), 'utf8'))];
      expect(mutants.length).toBeGreaterThan(20);
      const survivors: string[] = [];
      const work = mutants.values();
      const lane = async (): Promise<void> => {
        const folder = temporaryFolder();
        cpSync(join(REPOSITORY, BUNDLE), folder, { recursive: true });
        for (const mutant of work)
          if (await survives(folder, name, mutant)) survivors.push(`${mutant.line}: ${mutant.was} → ${mutant.becomes}`);
      };
      await Promise.all([lane(), lane()]);
      expect(survivors).toEqual([]);
    },
  );

  async function survives(folder: string, name: string, mutant: Mutant): Promise<boolean> {
    // The tests beside it only: a policy that leans on another's tests has too few.
    const tests = `^data[.]${name.replace('.rego', '_test').replaceAll('/', '.')}[.]`;
    writeFileSync(join(folder, name), mutant.text);
    const { exit } = (await opa?.run(folder, ['test', '--bundle', '--ignore=policy.wasm', `--run=${tests}`, '.'])) ?? {
      exit: 1,
    };
    return exit === 0;
  }
});
