// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generateKeyPair } from '../../src/evidence/index.ts';
import { newFolder } from '../fs/folder.ts';

const SCRIPT = fileURLToPath(new URL('storing-process.ts', import.meta.url));

interface Outcome {
  readonly digests: readonly string[];
  readonly heavy: number;
}

function storeIn(env: Record<string, string>, cwd = newFolder()): Outcome {
  const child = spawnSync(process.execPath, [SCRIPT, newFolder()], { cwd, env, encoding: 'utf8' });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout) as Outcome;
}

describe('the bytes of evidence', () => {
  const environments = ['UTC', 'Asia/Kolkata', 'America/St_Johns'].flatMap((TZ) =>
    ['C', 'tr_TR.UTF-8', 'de_DE.UTF-8'].map((LANG, index) => ({
      TZ,
      LANG,
      LC_ALL: LANG,
      UMASK: index === 1 ? '077' : '022',
      UV_THREADPOOL_SIZE: index === 2 ? '1' : '8',
      linked: index === 0,
    })),
  );
  const reference = storeIn({});

  it('are those of six files: two results and a run, a statement on each', () =>
    expect(reference.digests).toHaveLength(6));

  it.each(environments)(
    'are the same under $TZ, $LANG, umask $UMASK, $UV_THREADPOOL_SIZE threads, linked folder: $linked',
    ({ linked, ...env }) => {
      const folder = newFolder();
      mkdirSync(join(folder, 'real'));
      symlinkSync('real', join(folder, 'link'));
      expect(storeIn(env, join(folder, linked ? 'link' : 'real')).digests).toEqual(reference.digests);
    },
  );
});

describe('the signing libraries', () => {
  it('are loaded for a signed run only', () => {
    expect(storeIn({}).heavy).toBe(0);
    expect(storeIn({ KEY: generateKeyPair().privatePem }).heavy).toBeGreaterThan(0);
  });
});
