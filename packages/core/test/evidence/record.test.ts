// SPDX-License-Identifier: Apache-2.0
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  describeEvidence,
  drawEvidence,
  generateKeyPair,
  generateLogKey,
  openLogKey,
  openSigner,
  proveRun,
  readRecord,
  type RunnerRecord,
  sealRuns,
  storeRecord,
  storeRun,
  verifyEvidence,
  verifyRunProof,
} from '../../src/evidence/index.ts';
import { sha256Hex } from '../../src/hash/index.ts';
import { listFiles } from '../../src/input/index.ts';
import { readSource } from '../../src/input/source.ts';
import { newFolder } from '../fs/folder.ts';
import { FACTS, passing, report } from './report.ts';

const keys = generateKeyPair();
const signer = openSigner(keys.privatePem);
const trust = { publicKeys: [keys.publicPem], requireSigned: true };
const TYPE = 'urn:helios:record:canary/v1';
const CANARY = z.strictObject({ control: z.string(), outcome: z.enum(['pass', 'fail']) });
const RECORD: RunnerRecord = {
  area: 'ccv',
  name: 'dns-canary',
  predicateType: TYPE,
  subject: [{ name: 'controls/ccv/dns.yaml', digest: { sha256: sha256Hex('control') } }],
  predicate: { control: 'dns', outcome: 'pass' },
};

/** A signed record that nobody changes; tests work on copies. */
let master: string;
let path: string;

beforeAll(async () => {
  master = newFolder();
  path = await storeRecord(master, RECORD, signer);
});

function copyOfMaster(): string {
  const copy = newFolder();
  cpSync(master, copy, { recursive: true });
  return copy;
}

describe('a record of a runner', () => {
  it('is an in-toto statement, named by its own digest', () => {
    const text = readFileSync(join(master, path), 'utf8');
    expect(path).toBe(`ccv/dns-canary-${sha256Hex(text).slice(0, 12)}.intoto.json`);
    expect(JSON.parse(text)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: RECORD.subject,
      predicateType: TYPE,
      predicate: RECORD.predicate,
    });
  });

  it('holds, and its signature', async () => {
    expect(await verifyEvidence(master, trust)).toMatchObject({ statements: 1, signed: 1, problems: [] });
  });

  it('stands beside runs', async () => {
    const directory = copyOfMaster();
    await storeRun({ directory, report: report(passing()), facts: FACTS, signer });
    expect(await verifyEvidence(directory, trust)).toMatchObject({ statements: 3, signed: 3, problems: [] });
  });

  it('is a problem once a byte of it has changed, whichever', async () => {
    const bytes = readFileSync(join(master, path));
    for (let at = 0; at < bytes.length; at++) {
      const directory = copyOfMaster();
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(join(directory, path), changed);
      expect((await verifyEvidence(directory, trust)).problems.map((problem) => problem.path)).toContain(path);
    }
  });

  it('is a problem under the name of another, or in another area', async () => {
    for (const other of ['ccv/dns-canary-0123456789ab.intoto.json', path.replace('ccv/', 'gates/')]) {
      const directory = copyOfMaster();
      mkdirSync(join(directory, 'gates'));
      renameSync(join(directory, path), join(directory, other));
      expect((await verifyEvidence(directory, trust)).problems.map((problem) => problem.path)).toContain(other);
    }
  });

  it.each([
    ['no subject', { subject: [] }],
    ['a type that is none of ours', { predicateType: 'https://example.com/x' }],
    ['a name that leads elsewhere', { name: '../x' }],
  ])('is not written with %s', async (_what, change) => {
    await expect(storeRecord(newFolder(), { ...RECORD, ...change })).rejects.toThrow();
  });
});

describe('a gate that reads records', () => {
  const source = (): ReturnType<typeof readSource> => readSource(master, path);

  it('finds them where .gitignore hides them, if it says so', () => {
    const root = newFolder();
    cpSync(master, join(root, '.evidence'), { recursive: true });
    writeFileSync(join(root, '.gitignore'), '.evidence/*\n');
    const include = ['.evidence/ccv/*.intoto.json'];
    expect(listFiles(root, { include }).files).toEqual([]);
    expect(listFiles(root, { include, ignored: true }).files).toEqual([`.evidence/${path}`]);
  });

  it('gets what was recorded', () => {
    expect(readRecord(source(), TYPE, CANARY)).toEqual(RECORD.predicate);
  });

  it('passes over records of another type', () => {
    expect(readRecord(source(), 'urn:helios:record:other/v1', CANARY)).toBeUndefined();
  });

  it('refuses what was changed, and what has another shape', () => {
    const changed = { ...source(), text: source().text.replace('pass', 'fail') };
    expect(() => readRecord({ ...changed, sha256: sha256Hex(changed.text) }, TYPE, CANARY)).toThrow('was changed');
    expect(() => readRecord(source(), TYPE, z.strictObject({ control: z.number() }))).toThrow('wrong shape: control');
  });
});

describe('a sealed record', () => {
  const ORIGIN = 'example.com/log';
  const key = openLogKey(ORIGIN, generateLogKey(ORIGIN).privatePem);
  const logTrust = { logKeys: [key.verifier], witnesses: [], quorum: 0 };

  it('is an entry of its own, once, and can be proven without the log', async () => {
    const directory = copyOfMaster();
    const log = join(directory, 'log');
    const request = { directory, log, key, required: ['attack-mapper'] };
    expect(await sealRuns(request)).toMatchObject({ runs: [path], added: [0] });
    expect((await sealRuns(request)).added).toEqual([]);
    const { index, proof } = proveRun(directory, log, path);
    expect(verifyRunProof(proof, join(directory, path), logTrust).index).toBe(index);
    const requirement = { ...trust, log: { ...logTrust, directory: log, requireSealed: true } };
    expect((await verifyEvidence(directory, requirement)).problems).toEqual([]);
    const other = await storeRecord(directory, { ...RECORD, name: 'other' }, signer);
    expect((await verifyEvidence(directory, requirement)).problems).toMatchObject([{ path: other }]);
    expect(() => verifyRunProof(proof, join(directory, other), logTrust)).toThrow();
  });

  it('is missed when it is gone', async () => {
    const directory = copyOfMaster();
    const log = join(directory, 'log');
    await sealRuns({ directory, log, key, required: [] });
    renameSync(join(directory, path), join(newFolder(), 'x.json'));
    const { problems } = await verifyEvidence(directory, {
      ...trust,
      log: { ...logTrust, directory: log, requireSealed: true },
    });
    expect(problems.map((problem) => problem.problem).join('\n')).toContain('is missing or does not hold');
  });

  it('is shown with what it says and where it is sealed', async () => {
    const directory = copyOfMaster();
    const log = join(directory, 'log');
    await sealRuns({ directory, log, key, required: [] });
    expect(drawEvidence(describeEvidence(directory, log, path)).replaceAll(/[0-9a-f]{12}/g, '…')).toBe(
      [
        `record ${TYPE}`,
        '  statement  ccv/dns-canary-….intoto.json  sha256 …  signed by key …',
        `  sealed     entry 0 of 1 in ${ORIGIN}`,
        '  about      controls/ccv/dns.yaml  sha256 …',
        '  control    "dns"',
        '  outcome    "pass"',
        '',
      ].join('\n'),
    );
  });
});
