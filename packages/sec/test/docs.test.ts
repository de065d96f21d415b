// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERSION } from '@helios/core/version';

const ROOT = dirname(dirname(dirname(import.meta.dirname)));

/** What a script of the toolchain says with --check; nothing when all is as it should be. */
function check(script: string): string {
  const args = ['--conditions=source', join('toolchain', script), '--check'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  return `${status === 0 ? '' : `exit ${status}: `}${stdout}${stderr}`;
}

describe('what the repository says of itself', () => {
  it(
    'is what the tool says: rule tables and transcripts of the READMEs',
    () => expect(check('docs.ts')).toBe(''),
    120_000,
  );

  it('is what the code says: the published JSON Schemas', () => expect(check('schemas.ts')).toBe(''));

  it('is one version', () => {
    const manifests = globSync('packages/*/package.json', { cwd: ROOT }).map((path) =>
      readFileSync(join(ROOT, path), 'utf8'),
    );
    expect(manifests.map((text) => (JSON.parse(text) as { version: string }).version)).toEqual(
      manifests.map(() => VERSION),
    );
  });

  it('can be told to an old Node: what it meets first imports nothing by a name that it may not know', () => {
    const binaries = globSync('packages/*/bin/*.js', { cwd: ROOT });
    expect(binaries.length).toBeGreaterThan(4);
    for (const path of binaries) expect(readFileSync(join(ROOT, path), 'utf8'), path).not.toMatch(/^import \{/m);
  });

  it('leads somewhere: every relative link of a README', () => {
    const readmes = globSync('{,*/,packages/*/,controls/*/}README.md', { cwd: ROOT });
    expect(readmes.length).toBeGreaterThan(8);
    for (const path of readmes) {
      const text = readFileSync(join(ROOT, path), 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        expect(globSync(join(dirname(path), target), { cwd: ROOT }), `${path} → ${target}`).toHaveLength(1);
      }
    }
  });
});
