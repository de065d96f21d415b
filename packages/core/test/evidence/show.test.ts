// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  describeEvidence,
  drawEvidence,
  type EvidenceView,
  generateKeyPair,
  generateLogKey,
  openLogKey,
  openSigner,
  sealRuns,
  storeRun,
} from '../../src/evidence/index.ts';
import { newFolder } from '../fs/folder.ts';
import { crashed, FACTS, gateResult, passing, report } from './report.ts';

const describeRun = (directory: string, file?: string): EvidenceView =>
  describeEvidence(directory, join(directory, 'log'), file);

describe('showing evidence', () => {
  it('draws a run down to its inputs', async () => {
    const directory = newFolder();
    const facts = { ...FACTS, commit: 'c'.repeat(40), resourceUri: 'git+https://git.example/org/repo' };
    await storeRun({ directory, report: report(gateResult(), passing({ gate: 'exception' }), crashed()), facts });
    expect(drawEvidence(describeRun(directory))).toMatchInlineSnapshot(`
      "run fail (exit 1) as of 2026-03-01T12:00:00Z
        document   builds/run-847ca2522247.json  sha256 847ca2522247
        roll-up    builds/run-847ca2522247.a5dde025.intoto.json  sha256 a5dde0251915  unsigned
        sealed     in no log
        verified   2026-03-01T12:00:05Z in 120 ms by sec 0.1.0, Node v24.21.0 on linux-x64
        judged     git+https://git.example/org/repo at commit cccccccccccccccccccccccccccccccccccccccc
      ├─ attack-mapper fail
      │  statement  gates/attack-mapper-1f33db3be00e.intoto.json  sha256 7f0500721761  unsigned
      │  result     gates/attack-mapper-1f33db3be00e.json  sha256 1f33db3be00e
      │             3 rules checked, 1 open findings, 0 waived
      │  inputs     2 files  sha256 593b3e36380b
      ├─ exception pass
      │  statement  gates/exception-c4623fc5ba6e.intoto.json  sha256 d63f33096be5  unsigned
      │  result     gates/exception-c4623fc5ba6e.json  sha256 c4623fc5ba6e
      │             3 rules checked, 0 open findings, 0 waived
      │  inputs     2 files  sha256 593b3e36380b
      └─ soar error: it crashed and left no statement
      "
    `);
  });

  it('names the keys that claim to have signed', async () => {
    const directory = newFolder();
    const signer = openSigner(generateKeyPair().privatePem);
    await storeRun({ directory, report: report(passing()), facts: FACTS, signer });
    const view = describeRun(directory);
    expect(view.run?.rollup.signedBy).toEqual([signer.keyId]);
    expect(drawEvidence(view)).toContain(`signed by key ${signer.keyId.slice(0, 12)}`);
  });

  it('says which entry of a log a run is', async () => {
    const directory = newFolder();
    await storeRun({ directory, report: report(passing()), facts: FACTS });
    expect(drawEvidence(describeRun(directory))).toContain('  sealed     in no log');
    const origin = 'example.com/log';
    const key = openLogKey(origin, generateLogKey(origin).privatePem);
    await sealRuns({ directory, log: join(directory, 'log'), key, required: [] });
    expect(drawEvidence(describeRun(directory))).toContain('  sealed     entry 0 of 1 in example.com/log');
  });

  it('takes the latest run by its time, not by its name', async () => {
    const directory = newFolder();
    const times = ['2026-03-01T00:00:00Z', '2026-03-03T00:00:00Z', '2026-03-02T00:00:00Z'];
    for (const timeVerified of times)
      await storeRun({ directory, report: report(passing()), facts: { ...FACTS, timeVerified } });
    expect(describeRun(directory).run?.facts.timeVerified).toBe('2026-03-03T00:00:00Z');
  });

  it('finds the run or the gate that any of its files belongs to', async () => {
    const directory = newFolder();
    const signer = openSigner(generateKeyPair().privatePem);
    const { created, run } = await storeRun({ directory, report: report(passing()), facts: FACTS, signer });
    for (const path of created) {
      const view = describeRun(directory, path);
      expect(view.run?.path, path).toBe(path.startsWith('builds/') ? run : undefined);
      expect(view.gates.map((gate) => gate.gate)).toEqual(['attack-mapper']);
    }
  });

  it('says what is missing', async () => {
    const directory = newFolder();
    expect(() => describeRun(`${directory}/absent`)).toThrow(expect.objectContaining({ code: 'evidence' }));
    expect(() => describeRun(directory)).toThrow(expect.objectContaining({ message: 'no run is recorded here' }));
    await storeRun({ directory, report: report(passing()), facts: FACTS });
    for (const path of ['../../etc/passwd', 'gates/none.json', 'gates/none-000000000000.json']) {
      expect(() => describeRun(directory, path)).toThrow(expect.objectContaining({ code: 'evidence' }));
    }
  });

  it('does not let evidence speak to the terminal', async () => {
    const directory = newFolder();
    await storeRun({ directory, report: report(passing({ unit: 'rules\u001b[2J\u202e' })), facts: FACTS });
    const drawn = drawEvidence(describeRun(directory));
    expect(drawn).not.toMatch(/[\u001b\u202e]/);
    expect(drawn).toContain('rules\\u001b');
  });
});
