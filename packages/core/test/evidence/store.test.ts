// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateKeyPair, openSigner, storeRun, verifyEvidence } from '../../src/evidence/index.ts';
import { canonicalJson, sha256Hex } from '../../src/hash/index.ts';
import { newFolder } from '../fs/folder.ts';
import { crashed, FACTS, gateResult, passing, report } from './report.ts';

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes('.json'))
    .sort();
const read = (directory: string, path: string): string => readFileSync(join(directory, path), 'utf8');
const predicate = (directory: string, path: string): Record<string, unknown> =>
  JSON.parse(read(directory, path)).predicate;

describe('storing a run', () => {
  it('writes result, statement, run and roll-up, each named by its digest', async () => {
    const directory = join(newFolder(), 'new/.evidence');
    const stored = await storeRun({ directory, report: report(gateResult()), facts: FACTS });
    const result = stored.statements[0]?.replace('.intoto.json', '.json') ?? '';
    expect(filesIn(directory)).toEqual([...stored.created].sort());
    expect(stored.created).toEqual([result, stored.statements[0], stored.run, stored.rollup]);
    expect(result).toBe(`gates/attack-mapper-${sha256Hex(read(directory, result)).slice(0, 12)}.json`);
    expect(stored.run).toBe(`builds/run-${sha256Hex(read(directory, stored.run)).slice(0, 12)}.json`);
    expect(stored.rollup).toBe(
      stored.run.replace('.json', `.${sha256Hex(read(directory, stored.rollup)).slice(0, 8)}.intoto.json`),
    );
    for (const path of stored.created)
      expect(canonicalJson(JSON.parse(read(directory, path)))).toBe(read(directory, path));
  });

  it('the roll-up is a SLSA verification summary that names every statement by digest', async () => {
    const directory = newFolder();
    const stored = await storeRun({
      directory,
      report: report(gateResult(), passing({ gate: 'exception' })),
      facts: FACTS,
    });
    expect(JSON.parse(read(directory, stored.rollup))).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: stored.run, digest: { sha256: sha256Hex(read(directory, stored.run)) } }],
      predicateType: 'https://slsa.dev/verification_summary/v1',
      predicate: {
        verifier: { id: 'urn:helios:sec' },
        timeVerified: '2026-03-01T12:00:05Z',
        resourceUri: 'urn:helios:work-tree',
        policy: { uri: 'urn:helios:gates', digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
        inputAttestations: stored.statements.map((uri) => ({
          uri,
          digest: { sha256: sha256Hex(read(directory, uri ?? '')) },
        })),
        verificationResult: 'FAILED',
        verifiedLevels: ['FAILED'],
        slsaVersion: '1.1',
        'urn:helios:runner': { node: 'v24.21.0', platform: 'linux-x64', durationMs: 120 },
      },
    });
  });

  it('passes only when the run passed', async () => {
    const directory = newFolder();
    const { rollup } = await storeRun({ directory, report: report(passing()), facts: FACTS });
    expect(predicate(directory, rollup)).toMatchObject({
      verificationResult: 'PASSED',
      verifiedLevels: ['HELIOS_GATES_PASSED'],
    });
    const empty = { ...report(passing()), verdict: 'nothing-checked', exit: 3 } as const;
    const nothing = await storeRun({ directory, report: empty, facts: FACTS });
    expect(predicate(directory, nothing.rollup)).toMatchObject({ verificationResult: 'FAILED' });
  });

  it('has another policy digest when options or rule levels differ', async () => {
    const policies = new Set<unknown>();
    for (const change of [{}, { optionsDigest: sha256Hex('other') }, { rules: [] }]) {
      const directory = newFolder();
      const { rollup } = await storeRun({ directory, report: report(passing(change)), facts: FACTS });
      policies.add(JSON.stringify(predicate(directory, rollup)['policy']));
    }
    expect(policies.size).toBe(3);
  });

  it('names the commit as a subject, and cuts credentials off the address of the repository', async () => {
    const directory = newFolder();
    const facts = { ...FACTS, commit: 'a'.repeat(40), resourceUri: 'git+https://me:token@git.example/org/repo' };
    const { rollup } = await storeRun({ directory, report: report(passing()), facts });
    expect(JSON.parse(read(directory, rollup)).subject[1]).toEqual({
      name: 'commit',
      digest: { gitCommit: 'a'.repeat(40) },
    });
    expect(predicate(directory, rollup)['resourceUri']).toBe('git+https://git.example/org/repo');
    expect(await verifyEvidence(directory, { publicKeys: [], requireSigned: false })).toMatchObject({ problems: [] });
  });

  it('a gate that crashed leaves no statement, but stands in the run', async () => {
    const directory = newFolder();
    const stored = await storeRun({ directory, report: report(gateResult(), crashed()), facts: FACTS });
    expect(stored.statements).toEqual([expect.stringMatching(/^gates\/attack-mapper-/), null]);
    expect(JSON.parse(read(directory, stored.run)).gates[1]).toEqual({
      gate: 'soar',
      verdict: 'error',
      exit: 70,
      statement: null,
    });
    expect(await verifyEvidence(directory, { publicKeys: [], requireSigned: false })).toMatchObject({
      statements: 2,
      problems: [],
    });
  });

  it('leaves no evidence of a single gate when one result cannot be told, nor a roll-up', async () => {
    const directory = newFolder();
    const bad = gateResult({ inputs: [{ path: '/abs', sha256: sha256Hex('') }] });
    await expect(storeRun({ directory, report: report(bad), facts: FACTS })).rejects.toThrow();
    expect(existsSync(join(directory, 'builds'))).toBe(false);
  });
});

describe('storing again', () => {
  it('the same run writes nothing, and the same results at another time only their roll-up', async () => {
    const directory = newFolder();
    const run = { directory, report: report(gateResult()), facts: FACTS };
    await storeRun(run);
    expect((await storeRun(run)).created).toEqual([]);
    const later = await storeRun({ ...run, facts: { ...FACTS, timeVerified: '2026-03-02T00:00:00Z' } });
    expect(later.created).toEqual([later.rollup]);
    const otherDay = await storeRun({ ...run, report: { ...run.report, asOf: '2026-03-02T00:00:00Z' } });
    expect(otherDay.created).toEqual([otherDay.run, otherDay.rollup]);
  });

  it('many at once store each file once', async () => {
    const directory = newFolder();
    const signer = openSigner(generateKeyPair().privatePem);
    const runs = await Promise.all(
      Array.from({ length: 8 }, () => storeRun({ directory, report: report(gateResult()), facts: FACTS, signer })),
    );
    expect(runs.flatMap((run) => run.created).sort()).toEqual(filesIn(directory));
    expect(filesIn(directory)).toHaveLength(6);
  });

  it('a key signs a statement once; another key adds its own signature', async () => {
    const directory = newFolder();
    const keys = [generateKeyPair(), generateKeyPair()];
    const [first, second] = keys.map((pair) => openSigner(pair.privatePem));
    const run = { directory, report: report(gateResult()), facts: FACTS };
    const tag = (keyId = ''): RegExp => new RegExp(`\\.${keyId.slice(0, 8)}\\.sigstore\\.json$`);
    expect((await storeRun(run)).created).toHaveLength(4);
    expect((await storeRun({ ...run, ...(first && { signer: first }) })).created).toEqual([
      expect.stringMatching(tag(first?.keyId)),
      expect.stringMatching(tag(first?.keyId)),
    ]);
    expect((await storeRun({ ...run, ...(first && { signer: first }) })).created).toEqual([]);
    expect((await storeRun({ ...run, ...(second && { signer: second }) })).created).toHaveLength(2);
    const verification = await verifyEvidence(directory, {
      publicKeys: keys.map((pair) => pair.publicPem),
      requireSigned: true,
    });
    expect(verification).toEqual({ files: 8, statements: 2, signed: 2, unfinished: [], problems: [] });
  });

  it.each(['.json', '.intoto.json', '.sigstore.json'])('stops where a stored …%s was altered', async (ending) => {
    const directory = newFolder();
    const run = {
      directory,
      report: report(gateResult()),
      facts: FACTS,
      signer: openSigner(generateKeyPair().privatePem),
    };
    const { created } = await storeRun(run);
    const path = join(directory, created.find((name) => name.endsWith(ending)) ?? '');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/[A-Za-z](?=[^A-Za-z]*$)/, 'Q'));
    await expect(storeRun(run)).rejects.toMatchObject({ name: 'HeliosError', code: 'evidence' });
  });
});
