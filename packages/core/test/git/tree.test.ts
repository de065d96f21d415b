// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesSince, commitOf, prefixOf, readTree, writeTree } from '../../src/git/index.ts';
import { newFolder } from '../fs/folder.ts';

function repository(): string {
  const root = newFolder();
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      stdio: 'pipe',
    });
  mkdirSync(join(root, 'below'));
  writeFileSync(join(root, 'below/grün "1".yml'), 'a: 1\r\n');
  writeFileSync(join(root, 'bytes'), Buffer.from([0, 255, 10, 13]));
  writeFileSync(join(root, 'empty'), '');
  symlinkSync('/etc/passwd', join(root, 'link'));
  // Programs that a work tree would be put through, and that must not run.
  writeFileSync(join(root, '.gitattributes'), '* filter=evil text eol=lf\n');
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'x');
  git('config', 'filter.evil.smudge', `touch ${join(root, 'ran')}; cat`);
  git('config', 'core.fsmonitor', `touch ${join(root, 'ran')}; false`);
  return root;
}

it('without a git is told of as that, not as a folder without a repository', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = newFolder();
  try {
    expect(() => changesSince(newFolder(), 'main')).toThrow('git cannot be run');
  } finally {
    process.env['PATH'] = path;
  }
});

describe('the tree of a commit', () => {
  it('is read as git stores it, and written elsewhere without running anything or following links', () => {
    const root = repository();
    const blobs = readTree(root, commitOf(root, 'HEAD'));
    expect(blobs.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'file .gitattributes',
      'file below/grün "1".yml',
      'file bytes',
      'file empty',
      'link link',
    ]);
    const folder = newFolder();
    writeTree(blobs, folder);
    expect(readFileSync(join(folder, 'bytes'))).toEqual(Buffer.from([0, 255, 10, 13]));
    expect(readFileSync(join(folder, 'empty'), 'utf8')).toBe('');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(folder, 'link'))).toBe('/etc/passwd');
    expect(existsSync(join(root, 'ran'))).toBe(false);
  });

  it('is read in part, below a folder', () => {
    const root = repository();
    const tree = `${commitOf(root, 'HEAD')}:${prefixOf(join(root, 'below'))}`;
    expect(readTree(root, tree, (path) => path.endsWith('.yml')).map(({ path }) => path)).toEqual(['grün "1".yml']);
  });

  it('never leads out of the folder that it is written to', () => {
    const out = [{ path: '../outside', kind: 'file', bytes: Buffer.from('x') }] as const;
    expect(() => writeTree(out, newFolder())).toThrow('path leaves the repository');
  });

  it.each(['nowhere', '--upload-pack=x', 'HEAD~9'])('of %s is an error of usage', (ref) => {
    expect(() => commitOf(repository(), ref)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
