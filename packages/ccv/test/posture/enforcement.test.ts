// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeRecord } from '@helios/core/evidence';
import { CONTROL_RUN_TYPE } from '@helios/core/record';
import { describe, expect, it } from 'vitest';
import { pod, policy } from '../netpol/stage.ts';
import { judge, told } from './stage.ts';

const TEXT = pod('shop/web') + policy('shop/deny', '{podSelector: {}, policyTypes: [Egress]}');
const OPTIONS = 'enforcement: {control: netpol-enforced}';

/** The record of a run of the control, as a runner leaves it. */
async function record(outcome: string, finished: string): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'helios-posture-'));
  try {
    const path = await storeRecord(folder, {
      area: 'ccv',
      name: 'netpol-enforced',
      predicateType: CONTROL_RUN_TYPE,
      subject: [{ name: 'netpol-enforced', digest: { sha256: '0'.repeat(64) } }],
      predicate: {
        schema: 'helios/control-run/v1',
        control: 'netpol-enforced',
        service: 'cluster',
        tier: 1,
        outcome,
        reason: 'tried a connection that is denied',
        started: finished,
        finished,
      },
    });
    return { [`.evidence/${path}`]: readFileSync(join(folder, path), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('that policies are enforced', () => {
  it('FerroEHR #2092: is not proven by policies, where no control is named', async () => {
    expect(await told('unproven-enforcement', TEXT)).toEqual([
      expect.stringContaining('nothing proves that the cluster enforces these policies: no control is named'),
    ]);
  });

  it('is proven by a run of the control in the last days', async () => {
    expect(await told('unproven-enforcement', TEXT, await record('pass', '2026-05-30T12:00:00Z'), OPTIONS)).toEqual([]);
  });

  it.each([
    ['left no record', {}],
    ['last ran at 2026-05-01T12:00:00Z, more than 7 days ago', record('pass', '2026-05-01T12:00:00Z')],
    ['came to "inconclusive"', record('inconclusive', '2026-05-30T12:00:00Z')],
  ])('is not proven by one that %s', async (reason, files) => {
    expect(await told('unproven-enforcement', TEXT, await files, OPTIONS)).toEqual([expect.stringContaining(reason)]);
  });

  it('is not proven by a record that was changed', async () => {
    const files = await record('fail', '2026-05-30T12:00:00Z');
    const changed = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path, text.replace('"fail"', '"pass"')]),
    );
    const { ids, exit } = await judge({ 'a.yaml': TEXT, ...changed }, OPTIONS);
    expect(ids).toContain('core/unreadable-input');
    expect(exit).toBe(1);
  });
});
