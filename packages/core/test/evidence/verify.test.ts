// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateKeyPair, openSigner, storeRun, type StoredRun, verifyEvidence } from '../../src/evidence/index.ts';
import { canonicalJson, sha256Hex } from '../../src/hash/index.ts';
import { newFolder } from '../fs/folder.ts';
import { FACTS, gateResult, passing, report } from './report.ts';

const keys = generateKeyPair();
const trust = { publicKeys: [keys.publicPem], requireSigned: true };
const signer = openSigner(keys.privatePem);

/** A small signed store that nobody changes; tests work on copies. */
let master: string;
let stored: StoredRun;

beforeAll(async () => {
  master = newFolder();
  stored = await storeRun({
    directory: master,
    report: report(gateResult()),
    facts: { ...FACTS, commit: 'c'.repeat(40) },
    signer,
  });
});

function copyOfMaster(): string {
  const copy = newFolder();
  cpSync(master, copy, { recursive: true });
  return copy;
}

const statementPath = (): string => stored.statements[0] ?? '';
const resultPath = (): string => statementPath().replace('.intoto.json', '.json');
const bundleOf = (path: string): string => path.replace('.intoto.json', `.${signer.keyId.slice(0, 8)}.sigstore.json`);

describe('evidence that nobody touched', () => {
  it('verifies, signed', async () => {
    expect(await verifyEvidence(master, trust)).toEqual({
      files: 6,
      statements: 2,
      signed: 2,
      unfinished: [],
      problems: [],
    });
  });

  it('verifies through a linked folder, beside a README and what killed writers left', async () => {
    const folder = copyOfMaster();
    writeFileSync(join(folder, 'README.md'), 'What this is.');
    writeFileSync(join(folder, 'gates/.tmp.0123456789abcdef'), 'half a resu');
    symlinkSync(folder, `${folder}-link`);
    expect(await verifyEvidence(`${folder}-link`, trust)).toMatchObject({ files: 6, problems: [] });
  });

  it('documents that a killed run left without a statement are named, and are no problem', async () => {
    const folder = copyOfMaster();
    for (const path of [stored.rollup, bundleOf(stored.rollup)]) rmSync(join(folder, path));
    expect(await verifyEvidence(folder, trust)).toMatchObject({ unfinished: [stored.run], problems: [] });
  });
});

describe('what was changed is found, and the file is named', () => {
  it('any single byte of any file', { timeout: 240_000 }, async () => {
    const folder = newFolder();
    const small = passing({ metrics: [], inputs: [{ path: 'a.yml', sha256: sha256Hex('a') }], rules: [] });
    const { created } = await storeRun({ directory: folder, report: report(small), facts: FACTS, signer });
    const sizes = created.map((path) => statSync(join(folder, path)).size);
    let flips = 0;
    for (const path of created) {
      const bytes = readFileSync(join(folder, path));
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        writeFileSync(join(folder, path), changed);
        const { problems } = await verifyEvidence(folder, trust);
        if (!problems.some((problem) => problem.path === path))
          expect.fail(`byte ${at} of ${path} went unnoticed: ${JSON.stringify(problems)}`);
        flips++;
      }
      writeFileSync(join(folder, path), bytes);
    }
    expect(flips).toBe(sizes.reduce((sum, size) => sum + size));
    expect(await verifyEvidence(folder, trust)).toMatchObject({ problems: [] });
  });

  it('a byte more at either end, an empty file, a byte order mark', async () => {
    for (const path of stored.created) {
      const text = readFileSync(join(master, path), 'utf8');
      for (const changed of [`${text} `, `${text}\n`, ` ${text}`, `\ufeff${text}`, '', text.slice(0, -1)]) {
        const folder = copyOfMaster();
        writeFileSync(join(folder, path), changed);
        const { problems } = await verifyEvidence(folder, trust);
        expect(problems.map((problem) => problem.path)).toContain(path);
        // Evidence is restored: nobody is told to correct what it says.
        for (const { remedy } of problems) expect(remedy).not.toContain('Correct');
      }
    }
  });

  it('a file taken away, be it one that another rests on or a signature', async () => {
    for (const path of stored.created) {
      const folder = copyOfMaster();
      rmSync(join(folder, path));
      const { problems } = await verifyEvidence(folder, trust);
      expect(problems.length, path).toBeGreaterThan(0);
    }
  });

  it('a result with its name made to fit again: the statement says otherwise', async () => {
    const folder = copyOfMaster();
    const text = readFileSync(join(folder, resultPath()), 'utf8').replace('"verdict":"fail"', '"verdict":"pass"');
    const path = `gates/attack-mapper-${sha256Hex(text).slice(0, 12)}.json`;
    rmSync(join(folder, resultPath()));
    writeFileSync(join(folder, path), text);
    renameSync(join(folder, statementPath()), join(folder, path.replace('.json', '.intoto.json')));
    const { problems } = await verifyEvidence(folder, { publicKeys: trust.publicKeys, requireSigned: false });
    expect(problems).toContainEqual(
      expect.objectContaining({
        path: path.replace('.json', '.intoto.json'),
        problem: expect.stringContaining('says something else'),
      }),
    );
  });

  it('a whole run made to pass by somebody without the key', async () => {
    const forged = newFolder();
    const forger = generateKeyPair();
    await storeRun({
      directory: forged,
      report: report(passing()),
      facts: FACTS,
      signer: openSigner(forger.privatePem),
    });
    const { problems, signed } = await verifyEvidence(forged, trust);
    expect(signed).toBe(0);
    expect(problems.map(({ problem }) => problem)).toContainEqual(expect.stringContaining('which was not given'));
    expect(problems.map(({ problem }) => problem)).toContain('is not signed by a given key or identity');
  });

  it('a signature of another statement by the same key', async () => {
    const folder = copyOfMaster();
    cpSync(join(folder, bundleOf(stored.rollup)), join(folder, bundleOf(statementPath())));
    const { problems } = await verifyEvidence(folder, trust);
    expect(problems).toContainEqual(
      expect.objectContaining({ path: bundleOf(statementPath()), problem: expect.stringContaining('something else') }),
    );
  });

  it('another spelling of the same signature', async () => {
    for (const respell of [
      (text: string) => text.replace(/"sig":"(\w)/, '"sig":"\\u004d'),
      (text: string) => text.replace(/"timestampVerificationData":{}/, '"timestampVerificationData":{},"x":1'),
      (text: string) => JSON.stringify(JSON.parse(text), null, 1),
      (text: string) => `{"dsseEnvelope":{},${text.slice(1)}`,
    ]) {
      const folder = copyOfMaster();
      const path = bundleOf(statementPath());
      writeFileSync(join(folder, path), respell(readFileSync(join(folder, path), 'utf8')));
      expect((await verifyEvidence(folder, trust)).problems.map((problem) => problem.path)).toContain(path);
    }
  });

  it('facts of a roll-up that its digest does not cover', async () => {
    const folder = copyOfMaster();
    const rollup = JSON.parse(readFileSync(join(folder, stored.rollup), 'utf8'));
    rollup.predicate.verificationResult = 'PASSED';
    rollup.predicate.verifiedLevels = ['HELIOS_GATES_PASSED'];
    const text = canonicalJson(rollup);
    const path = stored.rollup.replace(/\.[0-9a-f]{8}\.intoto/, `.${sha256Hex(text).slice(0, 8)}.intoto`);
    writeFileSync(join(folder, path), text);
    const { problems } = await verifyEvidence(folder, { ...trust, requireSigned: false });
    expect(problems).toEqual([
      expect.objectContaining({ path, problem: expect.stringContaining('says something else') }),
    ]);
  });
});

describe('what has no business in the evidence', () => {
  it.each<[string, (folder: string) => void, string]>([
    ['a file of another name', (folder) => writeFileSync(join(folder, 'gates/notes.txt'), ''), 'gates/notes.txt'],
    ['an area that there is not', (folder) => mkdirSync(join(folder, 'other')), 'other'],
    ['a folder within an area', (folder) => mkdirSync(join(folder, 'gates/inner')), 'gates/inner'],
    ['a file beside the areas', (folder) => writeFileSync(join(folder, 'gates.json'), ''), 'gates.json'],
    [
      'a link to evidence',
      (folder) => symlinkSync(join(master, resultPath()), join(folder, 'gates/a-000000000000.json')),
      'gates/a-000000000000.json',
    ],
    [
      'a linked area',
      (folder) => (
        rmSync(join(folder, 'builds'), { recursive: true }),
        symlinkSync(join(master, 'builds'), join(folder, 'builds'))
      ),
      'builds',
    ],
    [
      'a result of that name that is a folder',
      (folder) => mkdirSync(join(folder, 'gates/a-000000000000.json')),
      'gates/a-000000000000.json',
    ],
    [
      'a pipe',
      (folder) => void spawnSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'gates/a-000000000000.json')]),
      'gates/a-000000000000.json',
    ],
    [
      'a result under the name of a run',
      (folder) => cpSync(join(master, resultPath()), join(folder, 'builds/run-000000000000.json')),
      'builds/run-000000000000.json',
    ],
  ])('%s', async (_, put, path) => {
    const folder = copyOfMaster();
    put(folder);
    expect((await verifyEvidence(folder, trust)).problems.map((problem) => problem.path)).toContain(path);
  });

  it.each<[string, string | Buffer]>([
    ['nesting without end', '['.repeat(1_000_000)],
    ['equal keys', '{"schema":"helios/gate-result/v1","schema":"helios/gate-result/v1"}'],
    ['a key named __proto__', '{"__proto__":{"schema":"helios/gate-result/v1"}}'],
    ['an integer that no reader holds', '{"checked":9007199254740993}'],
    ['a lone surrogate', '{"a":"\\ud800"}'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
    ['no JSON', 'hello'],
    ['nothing but null', 'null'],
  ])('a result with %s', async (_, content) => {
    const folder = copyOfMaster();
    const path = `gates/a-${sha256Hex(content).slice(0, 12)}.json`;
    for (const name of [path, path.replace('.json', '.intoto.json'), path.replace('.json', '.00000000.sigstore.json')])
      writeFileSync(join(folder, name), content);
    const { problems } = await verifyEvidence(folder, trust);
    expect(problems.map((problem) => problem.path)).toContain(path);
    expect(problems.every((problem) => problem.problem !== '' && problem.remedy !== '')).toBe(true);
  });
});

describe('what is not there', () => {
  it('a folder that is missing or empty does not verify', async () => {
    expect((await verifyEvidence(join(newFolder(), 'absent'), trust)).problems).toHaveLength(1);
    expect((await verifyEvidence(newFolder(), trust)).problems).toEqual([
      expect.objectContaining({ path: '.', problem: 'holds no evidence' }),
    ]);
  });

  it('an empty folder is nothing to verify where no signature is required: a run that was stopped early leaves one', async () => {
    expect(await verifyEvidence(newFolder(), { ...trust, requireSigned: false })).toMatchObject({
      files: 0,
      problems: [],
    });
  });

  it('unsigned evidence verifies as such, unless signatures are required', async () => {
    const folder = newFolder();
    await storeRun({ directory: folder, report: report(passing()), facts: FACTS });
    expect(await verifyEvidence(folder, { publicKeys: [], requireSigned: false })).toMatchObject({
      statements: 2,
      signed: 0,
      problems: [],
    });
    expect((await verifyEvidence(folder, { publicKeys: [], requireSigned: true })).problems).toHaveLength(2);
  });

  it('a signature that cannot be checked is a problem, not a pass', async () => {
    expect((await verifyEvidence(master, { publicKeys: [], requireSigned: false })).problems).toHaveLength(2);
  });

  it('the master store is as it was', () => {
    expect(readdirSync(master, { recursive: true }).filter((path) => String(path).includes('.json'))).toHaveLength(6);
  });
});
