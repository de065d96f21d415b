// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { listFiles, literalGlob, matcherOf } from '../../src/input/index.ts';
import { refusalOf } from './refusal.ts';
import { addTo, plant, type Tree } from './tree.ts';

const blank = (...paths: readonly string[]): Tree => Object.fromEntries(paths.map((path) => [path, '']));
const list = (root: string, include: readonly string[], exclude: readonly string[] = []) =>
  listFiles(root, { include, exclude });

it('a glob matches what picomatch says it does', () => {
  const part = fc.constantFrom(
    'a',
    'ab',
    'x.yml',
    '.h',
    '-',
    'a b',
    '*',
    '**',
    '?',
    'a*',
    '*.y*',
    '{a,b}',
    '[ab]',
    './a',
    '',
  );
  const name = fc.constantFrom('a', 'ab', 'b', 'x.yml', 'a.yml', '.h', '-', 'a b', 'xa', '.');
  const globs = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const paths = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
  let matched = 0;
  fc.assert(
    fc.property(globs, paths, fc.boolean(), (glob, path, dot) => {
      fc.pre(glob !== '');
      const matches = picomatch(glob, { dot, flags: 's' })(path);
      if (matches) matched++;
      expect(matcherOf([glob], { dot })(path), `${glob} ${path}`).toBe(matches);
    }),
    { numRuns: 20_000, seed: 20261121 },
  );
  expect(matched).toBeGreaterThan(500);
});

describe('the files of a selection', () => {
  it('are those that any glob names, in code unit order', () => {
    const root = plant(blank('b.yml', 'a/ü.yml', 'a/Z.yml', 'a/a.yml', 'B.yml', 'a.txt', 'a-b/c.yml', 'a.yml'));
    expect(list(root, ['**/*.yml', 'a/**']).files).toEqual([
      'B.yml',
      'a-b/c.yml',
      'a.yml',
      'a/Z.yml',
      'a/a.yml',
      'a/ü.yml',
      'b.yml',
    ]);
  });

  it.each([
    [['a/*.yml'], ['a/x.yml']],
    [['./a/**/*.yml'], ['a/b/x.yml', 'a/x.yml']],
    [['a/b/x.yml'], ['a/b/x.yml']],
    [['a/{b,c}/*.yml'], ['a/b/x.yml']],
    [['{a/b,.github}/*.yml'], ['.github/x.yml', 'a/b/x.yml']],
    [['**/*.yml'], ['a/b/x.yml', 'a/x.yml']],
    [['.github/**'], ['.github/x.yml']],
    [['A/*.yml'], []],
    [[], []],
  ])('%j names %j', (include, files) => {
    expect(list(plant(blank('a/x.yml', 'a/b/x.yml', '.github/x.yml', 'other/x.txt')), include).files).toEqual(files);
  });

  it('are without those that an exclusion names, by file or by folder', () => {
    const root = plant(blank('a/x.yml', 'a/draft-x.yml', 'a/old/x.yml', 'a/old/deep/x.yml', '.x/y.yml'));
    expect(list(root, ['**/*.yml', '.x/*'], ['**/draft-*', 'a/old/**', '.x/**']).files).toEqual(['a/x.yml']);
  });

  it('are never those of .git and node_modules', () => {
    const root = plant(blank('.git/x.yml', 'a/node_modules/b/x.yml', 'a/x.yml'));
    expect(list(root, ['**/*.yml', '.git/**', '**/node_modules/**']).files).toEqual(['a/x.yml']);
  });

  it('are named by literalGlob whatever characters their path holds', () => {
    const odd = fc
      .stringMatching(/^[ -.0-~]{1,8}$/)
      .filter((name) => !['.', '..', '.git'].includes(name) && !name.includes('\\'));
    fc.assert(
      fc.property(odd, odd, (folder, file) => {
        const path = `${folder}/${file}.yml`;
        const glob = literalGlob(path);
        expect(matcherOf([glob])(path), glob).toBe(true);
        const root = plant(blank(path));
        expect(list(root, [glob]).files).toEqual([path]);
        expect(list(root, [`${glob.slice(0, glob.lastIndexOf('/'))}/**/*.yml`], []).files).toEqual(
          file.startsWith('.') ? [] : [path],
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are those whose names have line breaks too: nothing hides behind one', () => {
    const paths = ['rules/a\nb.yml', 'rules/x\ny/a.yml'];
    const root = plant(blank(...paths));
    for (const glob of ['**', 'rules/**', 'rules/**/*.yml', '**/*.{yml,yaml}'])
      expect(list(root, [glob]).files, glob).toEqual(paths);
  });

  it('cannot be said with a glob that would take for ever', async () => {
    const root = plant({ [`${'a'.repeat(60)}.yml`]: '' });
    expect(await refusalOf(() => list(root, ['*a*a*a*a*a*a*a*b']))).toBe(
      'config the glob "*a*a*a*a*a*a*a*b" has more than 3 wildcards between two slashes',
    );
    expect(list(root, ['**/*a*b*c', String.raw`\*\*\*\*\*\*`])).toEqual(list(root, ['none']));
  });

  it('cannot be said with a negated glob, which would match nearly everything', async () => {
    const root = plant(blank('a.yml'));
    for (const [include, exclude] of [
      [['!a.yml'], []],
      [['*.yml'], ['!a.yml']],
    ] as const) {
      expect(await refusalOf(() => list(root, include, exclude))).toBe('config the glob "!a.yml" is negated');
    }
    expect(list(root, ['!(b).yml']).files).toEqual(['a.yml']);
  });

  it('are all there, or the folder that cannot be listed is named', async () => {
    expect(await refusalOf(() => list('/nowhere', ['**']))).toMatch(/^input \. folder cannot be read: ENOENT/);
  });
});

describe('symbolic links', () => {
  it('are listed where the selection names them, and never followed', () => {
    const outside = plant(blank('x.yml'));
    const root = plant({
      ...blank('real.yml'),
      'link.yml': { link: 'real.yml' },
      'lost.yml': { link: 'nowhere' },
      'link.txt': { link: 'real.yml' },
      'folder.yml': { link: outside },
    });
    expect(list(root, ['*.yml'])).toEqual({ files: ['real.yml'], links: ['folder.yml', 'link.yml', 'lost.yml'] });
  });

  it('are listed where they hide a folder in which the selection would look', () => {
    const outside = plant(blank('x.yml'));
    const root = plant({ ...blank('rules/a.yml'), 'rules/more': { link: outside }, docs: { link: outside } });
    expect(list(root, ['rules/**/*.yml']).links).toEqual(['rules/more']);
    expect(list(root, ['**/*.yml']).links).toEqual(['docs', 'rules/more']);
    expect(list(root, ['**/*.yml'], ['docs/**']).links).toEqual(['rules/more']);
    expect(list(root, ['rules/*.yml']).links).toEqual([]);
  });

  it('that go in circles are listed too', () => {
    const root = plant({ 'rules/one': { link: 'two' }, 'rules/two': { link: 'one' }, 'rules/up': { link: '..' } });
    expect(list(root, ['rules/**/*.yml']).links).toEqual(['rules/one', 'rules/two', 'rules/up']);
  });

  it('are not listed within folders that globs do not enter', () => {
    expect(list(plant({ '.cursor/rules': { link: '.' } }), ['**/*.yml']).links).toEqual([]);
  });
});

describe('.gitignore', () => {
  it('hides files as in git: the nearest one that has an opinion decides', () => {
    const root = plant({
      '.gitignore': '*.log.yml\n/build/\n# comment\n\\#odd.yml\n',
      'a/.gitignore': '!keep.log.yml\nlocal.yml\n',
      ...blank(
        'x.log.yml',
        'a/x.log.yml',
        'a/keep.log.yml',
        'a/local.yml',
        'local.yml',
        'build/x.yml',
        'a/build/x.yml',
        '#odd.yml',
      ),
    });
    expect(list(root, ['**/*.yml']).files).toEqual(['a/build/x.yml', 'a/keep.log.yml', 'local.yml']);
  });

  it('lets in what lies in a folder that an inner one let in', () => {
    const root = plant({ '.gitignore': '**/a/*\n', 'b/.gitignore': '!/a/*\n', ...blank('b/a/x/y.yml', 'a/x/y.yml') });
    expect(list(root, ['**/*.yml']).files).toEqual(['b/a/x/y.yml']);
  });

  it('speaks for its own folder, whatever that is called, with or without a byte order mark', () => {
    const root = plant({
      '[x]!#/.gitignore': '\ufeff/a.yml\r\n\\#b.yml\r\n',
      ...blank('[x]!#/a.yml', '[x]!#/#b.yml', 'x/a.yml'),
    });
    expect(list(root, ['**/*.yml']).files).toEqual(['x/a.yml']);
  });

  it('tells upper from lower case on every system', () => {
    const root = plant({ '.gitignore': 'Draft.yml\n', ...blank('draft.yml', 'Draft.yml') });
    expect(list(root, ['*.yml']).files).toEqual(['draft.yml']);
  });

  it('counts only as a file, as in git: a folder or a link of that name says nothing', () => {
    const root = plant({ 'a/.gitignore/x.yml': '', 'b/.gitignore': { link: '../hide' }, hide: '*', 'b/x.yml': '' });
    expect(list(root, ['**/*.yml', 'a/.gitignore/*']).files).toEqual(['a/.gitignore/x.yml', 'b/x.yml']);
  });

  it('hides what `git ls-files -co --exclude-standard` hides, on random trees', () => {
    // Git counts bytes where we count characters, so no `?` or class is held against "ü" alone.
    const name = fc.constantFrom('a', 'b', 'A', 'x.yml', 'y.yml', 'z.log', 'x y', '!n', '#c', 'ü');
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const pattern = fc.oneof(
      {
        weight: 3,
        arbitrary: fc
          .tuple(
            fc.constantFrom('', '!', '/', '!/', '**/', '\\'),
            fc.constantFrom(
              'a',
              'b',
              'A',
              '*.yml',
              'x.*',
              'x?y',
              '[ab]',
              '*',
              'ü',
              '#c',
              'a/b',
              'a/*',
              'a/**',
              '**/x.yml',
              'b/**/y.yml',
              '[!a]*',
              'z.log ',
            ),
            fc.constantFrom('', '/', ''),
          )
          .map((parts) => parts.join('')),
      },
      { weight: 1, arbitrary: fc.constantFrom('', '# comment', '!', '/', '\\!n', '\\#c', '**', 'a\\') },
    );
    const ignoreFile = fc.array(pattern, { maxLength: 4 }).map((lines) => lines.join('\n'));
    const scenario = fc.record({
      paths: fc.uniqueArray(path, { minLength: 1, maxLength: 12 }),
      ignores: fc.dictionary(fc.constantFrom('', 'a/', 'a/b/', 'b/'), ignoreFile, { maxKeys: 3 }),
    });
    fc.assert(
      fc.property(scenario, ({ paths, ignores }) => {
        const isFolder = (one: string): boolean => paths.some((other) => other.startsWith(`${one}/`));
        const root = plant(blank(...paths.filter((one) => !isFolder(one))));
        for (const [folder, text] of Object.entries(ignores)) {
          if (paths.some((one) => !isFolder(one) && folder.startsWith(`${one}/`))) continue;
          mkdirSync(join(root, folder), { recursive: true });
          addTo(root, { [`${folder}.gitignore`]: text });
        }
        execFileSync('git', ['init', '-q', root]);
        const listed = execFileSync(
          'git',
          ['-C', root, '-c', 'core.excludesFile=/dev/null', 'ls-files', '-coz', '--exclude-standard'],
          { encoding: 'utf8' },
        );
        const theirs = listed
          .split('\0')
          .filter((one) => one !== '')
          .sort();
        expect(list(root, ['**', '**/.gitignore']).files, JSON.stringify(ignores)).toEqual(theirs);
      }),
      { numRuns: 150 },
    );
  });
});
