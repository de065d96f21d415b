// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gateProgram } from '../../src/cli/index.ts';
import { generateKeyPair, verifyEvidence } from '../../src/evidence/index.ts';
import type { Finding } from '../../src/finding/index.ts';
import { gate } from '../gate/words-gate.ts';
import { addTo, plant } from '../input/tree.ts';
import { call, type Called } from './terminal.ts';

const run = gateProgram({ id: 'words', description: 'Looks for words.', gate: async () => gate });
const FILES = { 'helios.yaml': 'version: 1\n', 'docs/a.yml': 'x: secret\n' };

interface JsonReport {
  readonly gates: readonly [{ readonly findings: readonly Finding[]; readonly waived: readonly Finding[] }];
}

/** The gate of a JSON report, its exit code beside it. */
async function judge(root: string, ...args: readonly string[]): Promise<JsonReport['gates'][0] & { exit: number }> {
  const { stdout, stderr, exit } = await call(run, { args: ['-f', 'json', '--no-evidence', ...args], root });
  if (stdout === '') throw new Error(stderr);
  return { ...(JSON.parse(stdout) as JsonReport).gates[0], exit };
}

/** A baseline, elsewhere than the documents, of the one finding there is. */
async function accepted(root: string): Promise<void> {
  const [finding] = (await judge(root, 'docs')).findings;
  const entry = { rule: finding?.ruleId, path: finding?.location.path, subject: finding?.subject };
  const terms = { owner: 'docs team', reason: 'quoted from a law', expires: '2026-06-30' };
  const entries = [{ fingerprint: finding?.fingerprint, ...entry, ...terms }];
  addTo(root, { 'accepted.json': JSON.stringify({ schema: 'helios/baseline/v1', entries }) });
}

describe('--baseline', () => {
  it('takes the accepted finding out of the verdict and leaves it in the report, with its terms', async () => {
    const root = plant(FILES);
    await accepted(root);
    expect(await judge(root, 'docs')).toMatchObject({ exit: 1, waived: [] });
    expect(await judge(root, 'docs', '--baseline', 'accepted.json')).toMatchObject({
      exit: 0,
      findings: [],
      waived: [{ suppression: { kind: 'baselined', by: 'accepted.json', owner: 'docs team' } }],
    });
  });

  it('holds to the end of the day that is written, and not a moment longer', async () => {
    const root = plant(FILES);
    await accepted(root);
    const on = async (moment: string): Promise<number> =>
      (await judge(root, 'docs', '--baseline', 'accepted.json', '--as-of', moment)).exit;
    expect(await on('2026-06-30')).toBe(0);
    expect(await on('2026-07-01T00:00:00Z')).toBe(1);
  });

  it('is a path from where the user is, and stays in the repository', async () => {
    const root = plant({ ...FILES, 'below/x': '' });
    await accepted(root);
    const from = (baseline: string): Promise<Called> =>
      call(run, { args: ['../docs', '--no-evidence', '-q', '--baseline', baseline], root, cwd: 'below' });
    expect((await from('../accepted.json')).exit).toBe(0);
    expect(await from('/dev/null')).toMatchObject({ exit: 2, stderr: expect.stringContaining('lies outside <root>') });
  });
});

describe('--key', () => {
  const signatures = (root: string): string[] =>
    readdirSync(join(root, '.evidence'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.includes('.sigstore.'),
    );

  it('signs the statement and the roll-up, which then hold for whoever has the public key', async () => {
    const root = plant(FILES);
    const { privatePem, publicPem } = generateKeyPair();
    writeFileSync(join(root, 'k.pem'), privatePem);
    const { stderr } = await call(run, { args: ['docs', '--key', 'k.pem'], root });
    expect(stderr).toMatch(/^proof: \S+\n$/);
    expect(signatures(root)).toHaveLength(2);
    const trust = { publicKeys: [publicPem], requireSigned: true };
    expect(await verifyEvidence(join(root, '.evidence'), trust)).toMatchObject({ signed: 2, problems: [] });
  });

  it('may be named in helios.yaml, and its passphrase comes from the environment', async () => {
    const { privatePem } = generateKeyPair('right');
    const root = plant({ ...FILES, 'helios.yaml': 'version: 1\nevidence: {key: k.pem}\n', 'k.pem': privatePem });
    const withPassphrase = (HELIOS_KEY_PASSPHRASE: string): Promise<Called> =>
      call(run, { args: ['docs'], root, env: { HELIOS_KEY_PASSPHRASE } });
    expect((await withPassphrase('wrong')).exit).toBe(2);
    expect(existsSync(join(root, '.evidence'))).toBe(false);
    expect((await withPassphrase('right')).exit).toBe(1);
    expect(signatures(root)).toHaveLength(2);
  });
});
