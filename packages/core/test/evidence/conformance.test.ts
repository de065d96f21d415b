// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import { toSignedEntity } from '@sigstore/verify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifySigstoreBundle } from '../../src/evidence/index.ts';
import { CONFORMANCE, readCases } from './conformance.ts';

const ABSENT = !existsSync(CONFORMANCE);

describe.skipIf(ABSENT)(`the sigstore conformance cases${ABSENT ? ' (skipped: no ../shared/data here)' : ''}`, () => {
  beforeEach(() => {
    vi.spyOn(Socket.prototype, 'connect').mockImplementation(() => {
      throw new Error('somebody goes online');
    });
  });
  afterEach(() => void vi.restoreAllMocks());

  it('are 50, of which 34 must be refused', () => {
    const cases = readCases();
    expect(cases).toHaveLength(50);
    expect(cases.filter(({ accepted }) => !accepted)).toHaveLength(34);
  });

  it.each(ABSENT ? [] : readCases())('$name', async ({ bundle, artifact, trust, accepted }) => {
    const verified = verifySigstoreBundle(bundle, (parsed) => toSignedEntity(parsed, artifact), trust);
    if (accepted) await expect(verified).resolves.toBeUndefined();
    else await expect(verified).rejects.toThrow(expect.objectContaining({ code: 'evidence' }));
  });
});
