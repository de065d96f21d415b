// SPDX-License-Identifier: Apache-2.0
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExclusive, isTemporary, removeStaleTemporaries, writeFileAtomic } from '../../src/fs/index.ts';
import { newFolder } from './folder.ts';
import { run } from './processes.ts';

const FAULTY_WRITER = new URL('faulty-writer.ts', import.meta.url);
const FAILING_WRITER = new URL('failing-writer.ts', import.meta.url);

const OLD = 'o'.repeat(150_000);
const NEW = 'n'.repeat(200_000);

describe('writeFileAtomic', () => {
  it('creates missing folders and leaves nothing but the file', async () => {
    const path = join(newFolder(), 'a/b/c/file.json');
    await writeFileAtomic(path, 'text');
    await writeFileAtomic(path, new Uint8Array([1, 2]));
    expect([...readFileSync(path)]).toEqual([1, 2]);
    expect(readdirSync(join(path, '..'))).toEqual(['file.json']);
  });

  it('keeps the permissions of the file that it replaces', async () => {
    const path = join(newFolder(), 'script.sh');
    writeFileSync(path, 'old');
    chmodSync(path, 0o750);
    await writeFileAtomic(path, 'new');
    expect(statSync(path).mode & 0o777).toBe(0o750);
  });

  it('reports what cannot be written as an error of the user, and cleans up', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'taken/inner'), { recursive: true });
    await expect(writeFileAtomic(join(folder, 'taken'), 'x')).rejects.toMatchObject({
      name: 'HeliosError',
      code: 'io',
    });
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

describe('createExclusive', () => {
  it('shuts others out of a secret from its first byte on', async () => {
    const path = join(newFolder(), 'secret');
    // What a killed writer leaves: the temporary file, before chmod.
    const killed = await run(FAULTY_WRITER, 'createExclusive', path, 's', 'kill', 5, 0o600);
    expect(killed.signal).toBe('SIGKILL');
    const left = readdirSync(join(path, '..'));
    expect(left.map((name) => statSync(join(path, '..', name)).mode & 0o777)).toEqual([0o600]);
    await createExclusive(path, 's', 0o600);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('creates once, takes equal bytes for success and other bytes for tampering', async () => {
    const path = join(newFolder(), 'deep/item.json');
    expect(await createExclusive(path, 'bytes')).toBe('created');
    expect(await createExclusive(path, 'bytes')).toBe('unchanged');
    await expect(createExclusive(path, 'other')).rejects.toMatchObject({
      code: 'evidence',
      message: expect.stringContaining('holds something else'),
    });
    expect(readFileSync(path, 'utf8')).toBe('bytes');
    expect(readdirSync(join(path, '..'))).toEqual(['item.json']);
  });

  it('does not take a link to equal bytes for the file', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'target'), 'bytes');
    symlinkSync('target', join(folder, 'link'));
    await expect(createExclusive(join(folder, 'link'), 'bytes')).rejects.toMatchObject({ code: 'evidence' });
  });

  it('does without hard links where there are none', async () => {
    const path = join(newFolder(), 'item');
    for (const letter of ['n', 'n', 'x']) {
      const ended = await run(FAULTY_WRITER, 'createExclusive', path, letter, 'linkless', 0);
      expect(ended.stdout === '').toBe(letter === 'x');
      expect(stateOf(path)).toBe('new');
    }
    expect(readdirSync(join(path, '..'))).toEqual(['item']);
  });

  it('of many at once, one creates and the others find it there', async () => {
    const path = join(newFolder(), 'item');
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => createExclusive(path, NEW)));
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(readFileSync(path, 'utf8')).toBe(NEW);
  });
});

describe.each(['writeFileAtomic', 'createExclusive'])(
  '%s, killed with SIGKILL before each of its file calls',
  (writer) => {
    const replaces = writer === 'writeFileAtomic';

    it('leaves the old state or the new one, and never says "stored" without it', async () => {
      const counted = await run(FAULTY_WRITER, writer, pathWithOld(replaces), 'n', 'none', 0);
      const calls = Number(/after (\d+) calls/.exec(counted.stdout)?.[1]);
      expect(calls).toBeGreaterThanOrEqual(10);
      const seen = new Set<string>();
      for (let nth = 1; nth <= calls; nth++) {
        const path = pathWithOld(replaces);
        const ended = await run(FAULTY_WRITER, writer, path, 'n', 'kill', nth);
        expect(ended).toMatchObject({ signal: 'SIGKILL', stdout: '' });
        seen.add(stateOf(path));
        // Whoever comes next is not hindered by what the killed one left.
        await (replaces ? writeFileAtomic : createExclusive)(path, NEW);
        expect(stateOf(path)).toBe('new');
      }
      expect([...seen].sort()).toEqual(replaces ? ['new', 'old'] : ['absent', 'new']);
    });

    it('the same with EIO from each call: an error, or the new state', async () => {
      const ended = await run(FAILING_WRITER, writer, newFolder());
      expect(ended.stderr).toBe('');
      const outcomes = JSON.parse(ended.stdout) as {
        nth: number;
        error: string | null;
        state: string;
        temporaries: number;
      }[];
      expect(outcomes.length).toBeGreaterThanOrEqual(10);
      for (const outcome of outcomes) {
        expect([replaces ? 'old' : 'absent', 'new'], JSON.stringify(outcome)).toContain(outcome.state);
        if (outcome.error === null) expect(outcome.state, JSON.stringify(outcome)).toBe('new');
        else expect(outcome.error, JSON.stringify(outcome)).toBe('io');
      }
      // Only where removing the temporary file is what failed, or where it was never opened for us to know.
      expect(outcomes.filter((outcome) => outcome.temporaries > 0).length).toBeLessThanOrEqual(1);
    });
  },
);

describe('removeStaleTemporaries', () => {
  it('removes what killed writers left more than an hour ago, and nothing else', async () => {
    const folder = newFolder();
    const now = new Date('2026-03-01T12:00:00Z');
    const names = ['.tmp.0123456789abcdef', '.tmp.fedcba9876543210', '.tmp.notours', 'evidence.json'];
    for (const name of names) {
      writeFileSync(join(folder, name), '');
      const minutes = name === '.tmp.fedcba9876543210' ? 59 : 61;
      utimesSync(join(folder, name), now, new Date(now.getTime() - minutes * 60_000));
    }
    expect(await removeStaleTemporaries(folder, now)).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(['.tmp.fedcba9876543210', '.tmp.notours', 'evidence.json']);
    expect(await removeStaleTemporaries(join(folder, 'absent'), now)).toBe(0);
    expect(names.map(isTemporary)).toEqual([true, true, false, false]);
  });
});

function pathWithOld(replaces: boolean): string {
  const path = join(newFolder(), 'file');
  if (replaces) writeFileSync(path, OLD);
  return path;
}

function stateOf(path: string): string {
  if (!existsSync(path)) return 'absent';
  const text = readFileSync(path, 'utf8');
  return text === OLD ? 'old' : text === NEW ? 'new' : `torn at ${text.length}`;
}
