// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { storeRun, verifyEvidence } from '../../src/evidence/index.ts';
import { run } from '../fs/processes.ts';
import { newFolder } from '../fs/folder.ts';
import { FACTS, gateResult, report } from './report.ts';

const PROCESS = new URL('killed-process.ts', import.meta.url);
const TRUST = { publicKeys: [], requireSigned: false };

/** Every how many file calls the process is killed; each kill costs a process of 0.3 s. */
const STEP = process.env['HELIOS_THOROUGH'] === '1' ? 1 : 4;

describe('a process killed while it stores a run', () => {
  it(
    'leaves evidence that verifies, a roll-up only with all that it names, and the next run completes it',
    { timeout: 240_000 },
    async () => {
      const counted = await run(PROCESS, newFolder(), 'none', 0);
      const calls = Number(/after (\d+) calls/.exec(counted.stdout)?.[1]);
      expect(calls).toBeGreaterThan(30);
      const seen = new Set<number>();
      for (let nth = 1; nth <= calls; nth += STEP) {
        const directory = newFolder();
        expect(await run(PROCESS, directory, 'kill', nth)).toMatchObject({
          signal: 'SIGKILL',
          stdout: '',
        });
        if (
          existsSync(join(directory, 'gates')) &&
          readdirSync(join(directory, 'gates')).some((name) => name.endsWith('.json'))
        ) {
          const { problems, statements } = await verifyEvidence(directory, TRUST);
          expect(problems, `killed at call ${nth}`).toEqual([]);
          seen.add(statements);
        }
        await storeRun({ directory, report: report(gateResult()), facts: FACTS });
        expect(await verifyEvidence(directory, TRUST)).toMatchObject({
          files: 4,
          statements: 2,
          unfinished: [],
          problems: [],
        });
      }
      expect(seen).toEqual(new Set([0, 1, 2]));
    },
  );
});
