// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { run } from '../src/cli.ts';
import { BAD, gate, repository, sec } from './two-gates.ts';

const evidence = (root: string, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: ['evidence', ...args], root });
const filesIn = (root: string): string[] =>
  readdirSync(join(root, '.evidence'), { recursive: true, encoding: 'utf8' }).sort();

/** A repository that was judged and signed, and the name of its keys. */
async function signed(): Promise<string> {
  const root = repository();
  await evidence(root, 'keygen', 'helios');
  expect((await gate(root, '--key', 'helios.key')).exit).toBe(0);
  return root;
}

describe('the proof of a run', () => {
  it('holds, and shows what was read and decided', async () => {
    const root = repository({ 'rules/bad.yml': BAD });
    expect((await gate(root)).exit).toBe(1);
    expect(await evidence(root, 'verify')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('✔ everything holds'),
    });
    const { stdout, exit } = await evidence(root, 'show');
    expect(exit).toBe(0);
    expect(stdout).toContain('├─ attack-mapper fail');
    expect(stdout).toContain('2 detections checked, 2 open findings, 0 waived');
    const shown = JSON.parse((await evidence(root, 'show', '-f', 'json')).stdout) as unknown;
    expect(shown).toMatchObject({ run: expect.anything() });
  });

  it('is not written again for the same files, also by threads side by side', async () => {
    const root = repository();
    await gate(root);
    const before = filesIn(root).filter((name) => name.startsWith('gates/'));
    await Promise.all([gate(root), gate(root)]);
    expect(filesIn(root).filter((name) => name.startsWith('gates/'))).toEqual(before);
    expect((await evidence(root, 'verify')).exit).toBe(0);
  });

  it('that is signed holds for who knows the key, and for nobody else', async () => {
    const root = await signed();
    await evidence(root, 'keygen', 'other');
    expect((await evidence(root, 'verify', '--key', 'helios.pub', '--require-signed')).exit).toBe(0);
    expect((await evidence(root, 'verify', '--key', 'other.pub', '--require-signed')).exit).toBe(4);
  });

  it('that nobody signed is refused where signatures are required', async () => {
    const root = repository();
    await gate(root);
    await evidence(root, 'keygen', 'helios');
    expect((await evidence(root, 'verify', '--key', 'helios.pub', '--require-signed')).exit).toBe(4);
  });

  it('of which any one file was changed does not hold, and that file is named', async () => {
    const root = await signed();
    const documents = filesIn(root).filter((name) => name.endsWith('.json'));
    expect(documents.length).toBeGreaterThan(5);
    for (const name of documents) {
      const file = join(root, '.evidence', name);
      const before = readFileSync(file, 'utf8');
      writeFileSync(
        file,
        before.replace(/[0-9a-f](?=[^0-9a-f]*$)/, (digit) => (digit === '0' ? '1' : '0')),
      );
      const { exit, stdout } = await evidence(root, 'verify', '--key', 'helios.pub');
      expect(exit, name).toBe(4);
      expect(stdout).toContain(name);
      writeFileSync(file, before);
    }
    expect((await evidence(root, 'verify', '--key', 'helios.pub')).exit).toBe(0);
  });

  it('from which any one file was removed does not hold', async () => {
    const root = await signed();
    const removed = async (pattern: RegExp): Promise<Called> => {
      const name = filesIn(root).find((path) => pattern.test(path)) ?? '';
      const file = join(root, '.evidence', name);
      const before = readFileSync(file);
      rmSync(file);
      const verified = await evidence(root, 'verify', '--key', 'helios.pub', '--require-signed');
      writeFileSync(file, before);
      return verified;
    };
    // A result, its statement, a signature and the run document are each asked for by another file …
    for (const pattern of [
      /^gates\/policy-\w+\.json$/,
      /^gates\/policy-.*\.intoto\./,
      /\.sigstore\./,
      /^builds\/run-\w+\.json$/,
    ]) {
      expect((await removed(pattern)).exit, String(pattern)).toBe(4);
    }
    // … and so is the roll-up: its signature signs it.
    expect((await removed(/^builds\/.*\.intoto\./)).exit).toBe(4);
    expect((await evidence(root, 'verify', '--key', 'helios.pub', '--require-signed')).exit).toBe(0);
  });

  it('says the same to machines', async () => {
    const root = await signed();
    const { exit, stdout } = await evidence(root, 'verify', '--key', 'helios.pub', '-f', 'json');
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ files: 9, statements: 3, signed: 3, unfinished: [], problems: [] });
    writeFileSync(join(root, '.evidence/gates/note.txt'), '');
    const strange = await evidence(root, 'verify', '--key', 'helios.pub', '-f', 'json');
    expect(strange.exit).toBe(4);
    expect(JSON.parse(strange.stdout)).toMatchObject({ problems: [{ path: 'gates/note.txt' }] });
  });

  it('cannot be signed with a wrong passphrase', async () => {
    const root = repository();
    await call(run, { args: ['evidence', 'keygen', 'helios'], root, env: { HELIOS_KEY_PASSPHRASE: 'right' } });
    const attempt = (passphrase: string) =>
      sec(['gate', '--key', 'helios.key'], { cwd: root, env: { HELIOS_KEY_PASSPHRASE: passphrase } });
    expect(await attempt('wrong')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('the signing key cannot be used'),
    });
    expect((await attempt('right')).exit).toBe(0);
  });

  it.each([
    ['helios.pub', []],
    ['helios.vkey', ['--log', 'example.com/team']],
  ])('gives a key whose %s is missing its public half back, and changes neither', async (half, flags) => {
    const root = repository();
    const keygen = () => evidence(root, 'keygen', 'helios', ...flags);
    const read = (name: string): string => readFileSync(join(root, name), 'utf8');
    await keygen();
    const pair = [read('helios.key'), read(half)];
    expect(statSync(join(root, 'helios.key')).mode & 0o777).toBe(0o600);
    rmSync(join(root, half));
    expect(await keygen()).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('helios.key  was there without its public half, and stays as it is'),
    });
    expect([read('helios.key'), read(half)]).toEqual(pair);
    expect(await keygen()).toMatchObject({ exit: 2, stderr: expect.stringContaining('keys are never overwritten') });
    expect([read('helios.key'), read(half)]).toEqual(pair);
  });
});
