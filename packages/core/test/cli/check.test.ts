// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gateProgram } from '../../src/cli/index.ts';
import { REPORTERS } from '../../src/report/index.ts';
import { gate } from '../gate/words-gate.ts';
import { addTo, plant, type Tree } from '../input/tree.ts';
import { type Call, call } from './terminal.ts';

const run = gateProgram({ id: 'words', description: 'Looks for words.', gate: async () => gate });

const CLEAN: Tree = { 'helios.yaml': 'version: 1\n', 'docs/a.yml': 'a: open\n' };
const WARNED: Tree = { ...CLEAN, 'docs/b.yml': 'title: teh # here\n' };
const FAILED: Tree = { ...CLEAN, 'docs/b.yml': 'title: secret\nl: [x, x]\n', 'docs/c.json': '{"a": "teh"}\n' };
const PROBLEM: Tree = { ...CLEAN, 'docs/b.yml': 'title: "open\n', 'docs/link.yml': { link: 'a.yml' } };
const CRASHED: Tree = { ...CLEAN, 'docs/b.yml': 'a: crash\n' };
const EMPTY: Tree = { 'helios.yaml': 'version: 1\ngates: {words: {include: [nothing/**]}}\n' };

interface Row extends Call {
  readonly name: string;
  readonly exit: number;
}

const rows: readonly Row[] = [
  // Verdicts
  { name: 'a clean folder passes', args: [], files: CLEAN, exit: 0 },
  { name: 'check is the default command', args: ['check'], files: CLEAN, exit: 0 },
  { name: 'a warning passes and is shown', args: [], files: WARNED, exit: 0 },
  { name: 'an error fails', args: [], files: FAILED, exit: 1 },
  { name: 'a file that cannot be read fails and says how many were not checked', args: [], files: PROBLEM, exit: 1 },
  { name: 'nothing to check is neither pass nor fail', args: [], files: EMPTY, exit: 3 },
  {
    name: 'nothing to check passes where the configuration says so',
    args: [],
    files: { 'helios.yaml': 'version: 1\ngates: {words: {include: [nothing/**], optional: true}}\n' },
    exit: 0,
  },
  { name: 'an empty folder has nothing to check', args: [], exit: 3 },
  { name: 'a crash is told of as what it is', args: [], files: CRASHED, exit: 70 },
  {
    name: 'without helios.yaml the folder is judged by the defaults',
    args: [],
    files: { 'a.yml': 'a: secret\n' },
    exit: 1,
  },
  // Paths
  { name: 'a named folder takes the place of the configured globs', args: ['docs'], files: FAILED, exit: 1 },
  { name: 'a named file', args: ['docs/a.yml'], files: FAILED, exit: 0 },
  { name: 'several named paths', args: ['docs/a.yml', 'docs/c.json'], files: FAILED, exit: 0 },
  {
    name: 'a path with odd characters names itself',
    args: ['odd [1]/{a,b}*.yml', 'odd [1]'],
    files: { 'odd [1]/{a,b}*.yml': 'a: secret\n', 'odd 1/a.yml': 'a: secret' },
    exit: 1,
  },
  { name: 'a path that is not there', args: ['dosc'], files: CLEAN, exit: 2 },
  { name: 'a path outside of the root', args: ['.', '..'], files: CLEAN, exit: 2 },
  { name: 'a path from a folder below the root', args: ['a.yml'], cwd: 'docs', files: CLEAN, exit: 0 },
  { name: 'paths of reports open from where the user is', args: ['-q'], cwd: 'docs', files: FAILED, exit: 1 },
  // Flags
  { name: '--fail-on warning', args: ['--fail-on', 'warning'], files: WARNED, exit: 1 },
  { name: '--fail-on of no level', args: ['--fail-on', 'info'], files: WARNED, exit: 2 },
  { name: '--exit-zero shows a failure and passes', args: ['--exit-zero', '-q'], files: FAILED, exit: 0 },
  { name: '--exit-zero does not hide a crash', args: ['--exit-zero'], files: CRASHED, exit: 70 },
  { name: '--exit-zero does not hide that nothing was checked', args: ['--exit-zero'], files: EMPTY, exit: 3 },
  { name: '--quiet says little where all is well', args: ['--quiet'], files: CLEAN, exit: 0 },
  { name: '--as-of a day is its end', args: ['--as-of', '2026-01-31', '-q'], files: CLEAN, exit: 0 },
  { name: '--as-of an instant', args: ['--as-of', '2026-01-31T08:00:00Z', '-q'], files: CLEAN, exit: 0 },
  { name: '--as-of of no moment', args: ['--as-of', 'yesterday'], files: CLEAN, exit: 2 },
  { name: '--as-of of a day that is none', args: ['--as-of', '2026-02-30'], files: CLEAN, exit: 2 },
  {
    name: '--config names the configuration',
    args: ['-c', 'conf/ci.yaml'],
    files: { 'conf/ci.yaml': 'version: 1\ngates: {words: {forbidden: [open]}}\n', 'conf/a.yml': 'a: open\n' },
    exit: 1,
  },
  { name: '--config that is not there', args: ['--config', 'nowhere.yaml'], files: CLEAN, exit: 2 },
  { name: '--baseline that is not there', args: ['--baseline', 'nowhere.json'], files: CLEAN, exit: 2 },
  { name: '--baseline that is none', args: ['--baseline', 'docs/a.yml'], files: CLEAN, exit: 2 },
  { name: '--no-cache', args: ['--no-cache', '-q'], files: CLEAN, exit: 0 },
  { name: '--color where there is no terminal', args: ['--color', '-q'], files: FAILED, exit: 1 },
  { name: '--key that is not there', args: ['--key', 'nowhere.pem', '-q'], files: CLEAN, exit: 2 },
  { name: '--key that is none', args: ['--key', 'docs/a.yml', '-q'], files: CLEAN, exit: 2 },
  // Wrong command lines
  { name: 'an unknown flag names the one that is meant', args: ['--fromat', 'json'], files: CLEAN, exit: 2 },
  { name: 'a flag without its value', args: ['--format'], files: CLEAN, exit: 2 },
  { name: 'an unknown format names the one that is meant', args: ['--format', 'sarfi'], files: CLEAN, exit: 2 },
  { name: 'a format that is nothing like any', args: ['--format', 'powerpoint'], files: CLEAN, exit: 2 },
  { name: 'a format without its file', args: ['--format', 'json='], files: CLEAN, exit: 2 },
  { name: 'two reports to stdout', args: ['-f', 'json', '-f', 'sarif'], files: CLEAN, exit: 2 },
  { name: 'two reports to one file', args: ['-f', 'json=a', '-f', 'sarif=a'], files: CLEAN, exit: 2 },
  { name: '--output that no report would use', args: ['-f', 'json=a', '-o', 'b'], files: CLEAN, exit: 2 },
  { name: '--output to a folder', args: ['-o', 'docs'], files: CLEAN, exit: 2 },
  { name: '--output below a file', args: ['-f', 'json', '-o', 'docs/a.yml/x.json'], files: CLEAN, exit: 2 },
  {
    name: 'wrong configuration',
    args: [],
    files: { 'helios.yaml': 'version: 1\ngates:\n  words:\n    forbiden: []\n' },
    exit: 2,
  },
  // Catalogue
  { name: 'rules', args: ['rules'], exit: 0 },
  { name: 'rules as markdown', args: ['rules', '-f', 'markdown'], exit: 0 },
  { name: 'rules in an unknown format', args: ['rules', '-f', 'yaml'], exit: 2 },
  { name: 'explain with an example', args: ['explain', 'words/forbidden'], exit: 0 },
  { name: 'explain a rule of the core', args: ['explain', 'core/unreadable-input'], exit: 0 },
  { name: 'explain an unknown rule', args: ['explain', 'words/forbiden'], exit: 2 },
  { name: 'explain a rule that is nothing like any', args: ['explain', 'x'], exit: 2 },
  { name: 'explain without a rule', args: ['explain'], exit: 2 },
  // Help
  { name: '--version', args: ['--version'], exit: 0 },
  { name: '--help', args: ['--help'], exit: 0 },
  { name: 'check --help', args: ['check', '--help'], exit: 0 },
  { name: 'help of an unknown command', args: ['help', 'chekc'], exit: 2 },
];

describe('sec-words', () => {
  it.each(rows)('$name (exit $exit)', async ({ name: _name, exit, ...request }) => {
    const called = await call(run, request);
    expect({ stdout: called.stdout, stderr: called.stderr }).toMatchSnapshot();
    expect(called.exit).toBe(exit);
    // Whoever exits with an error says why.
    if (exit !== 0) expect(called.stdout + called.stderr).not.toBe('');
  });
});

describe('exit codes', () => {
  const formats = Object.keys(REPORTERS);
  const trees = { 0: CLEAN, 1: FAILED, 3: EMPTY, 70: CRASHED } as const;
  it.each(formats)('are the same in %s as in any other format', async (format) => {
    for (const [exit, files] of Object.entries(trees)) {
      expect((await call(run, { args: ['--format', format], files })).exit).toBe(Number(exit));
    }
    expect((await call(run, { args: ['--format', format, '--as-of', 'x'], files: CLEAN })).exit).toBe(2);
  });
});

describe('reports', () => {
  it('go to as many files as were asked for, and one to stdout', async () => {
    const { root, stdout, exit } = await call(run, {
      args: ['-f', 'text', '-f', 'json=out/deep/a.json', '-f', 'sarif=a.sarif', '-f', 'junit=a.xml'],
      files: FAILED,
    });
    expect(exit).toBe(1);
    expect(stdout).toContain('✖ FAIL');
    expect(JSON.parse(readFileSync(join(root, 'out/deep/a.json'), 'utf8'))).toMatchObject({ verdict: 'fail', exit: 1 });
    expect(readFileSync(join(root, 'a.sarif'), 'utf8')).toContain('"2.1.0"');
    expect(readFileSync(join(root, 'a.xml'), 'utf8')).toMatch(/^<\?xml/);
  });

  it('in a file are the same bytes as on stdout', async () => {
    for (const format of ['json', 'sarif', 'junit', 'gitlab', 'markdown', 'text']) {
      const printed = await call(run, { args: ['-f', format], files: FAILED });
      const written = await call(run, { args: ['-f', format, '-o', 'report'], files: FAILED });
      expect(readFileSync(join(written.root, 'report'), 'utf8')).toBe(printed.stdout);
      expect(written.stdout).toBe('');
      expect(written.stderr).toMatch(/^✖ FAIL .*\n {2}→ See report\n/);
    }
  });

  it('can go to a device, which stays one', async () => {
    expect((await call(run, { args: ['-o', '/dev/null', '-f', 'json'], files: CLEAN })).exit).toBe(0);
    expect(readdirSync('/dev')).toContain('null');
    expect(readFileSync('/dev/null', 'utf8')).toBe('');
  });

  it('replace the file behind a link, not the link', async () => {
    const root = plant({ ...CLEAN, 'reports/real.json': 'old', 'latest.json': { link: 'reports/real.json' } });
    await call(run, { args: ['-f', 'json', '-o', 'latest.json'], root });
    expect(readFileSync(join(root, 'reports/real.json'), 'utf8')).toContain('helios/report/v1');
  });

  it('add to the job summary of GitHub, in that format only', async () => {
    const root = plant({ ...FAILED, 'summary.md': 'before\n' });
    const env = { GITHUB_STEP_SUMMARY: join(root, 'summary.md') };
    await call(run, { args: ['-f', 'json'], root, env });
    expect(readFileSync(join(root, 'summary.md'), 'utf8')).toBe('before\n');
    await call(run, { args: ['-f', 'github'], root, env });
    expect(readFileSync(join(root, 'summary.md'), 'utf8')).toMatch(/^before\n[^]*secret/);
    const lost = await call(run, { args: ['-f', 'github'], root, env: { GITHUB_STEP_SUMMARY: '/nowhere/x' } });
    expect(lost).toMatchObject({ exit: 2, stderr: expect.stringContaining('the job summary cannot be written') });
  });
});

describe('colour', () => {
  it.each([
    [{ args: [], terminal: 100 }, true],
    [{ args: [] }, false],
    [{ args: ['--color'] }, true],
    [{ args: ['--no-color'], terminal: 100, env: { FORCE_COLOR: '1' } }, false],
    [{ args: [], terminal: 100, env: { NO_COLOR: '1' } }, false],
    [{ args: [], terminal: 100, env: { NO_COLOR: '' } }, true],
    [{ args: [], terminal: 100, env: { TERM: 'dumb' } }, false],
    [{ args: [], env: { FORCE_COLOR: '1' } }, true],
    [{ args: [], terminal: 100, env: { FORCE_COLOR: '0' } }, false],
    [{ args: ['--color'], env: { NO_COLOR: '1' } }, true],
  ] as const)('of %j is %s', async (request, colourful) => {
    const { stdout } = await call(run, { ...request, files: FAILED });
    expect(stdout.includes('\u001b[')).toBe(colourful);
  });
});

describe('progress', () => {
  it('comes and goes on a terminal, and only there', async () => {
    const shown = await call(run, { args: ['--no-evidence'], files: CLEAN, terminal: 60 });
    expect(shown.stderr).toBe('\r\u001b[2Kjudging: words\r\u001b[2K');
    expect((await call(run, { args: ['--no-evidence'], files: CLEAN })).stderr).toBe('');
    expect((await call(run, { args: ['--no-evidence', '-q'], files: CLEAN, terminal: 60 })).stderr).toBe('');
    expect((await call(run, { args: ['--no-evidence'], files: CLEAN, terminal: 60, env: { CI: 'true' } })).stderr).toBe(
      '',
    );
  });
});

describe('the proof of a verdict', () => {
  const proofs = (root: string): string[] =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.startsWith('.evidence/gates/'));

  it('is left where there is a helios.yaml, the same one for the same files', async () => {
    const { root, stderr } = await call(run, { args: [], files: CLEAN });
    expect(stderr).toMatch(/^proof: \.evidence\/builds\/.*\(unsigned\)\n$/);
    const before = proofs(root);
    expect(before).toHaveLength(2);
    await call(run, { args: [], root });
    expect(proofs(root)).toEqual(before);
    addTo(root, { 'docs/a.yml': 'a: other\n' });
    await call(run, { args: [], root });
    expect(proofs(root)).toHaveLength(4);
  });

  it('is not left unasked: without helios.yaml, or with --no-evidence', async () => {
    for (const request of [
      { args: [], files: { 'a.yml': 'a: b' } },
      { args: ['--no-evidence'], files: CLEAN },
    ]) {
      expect(existsSync(join((await call(run, request)).root, '.evidence'))).toBe(false);
    }
  });

  it('goes where flag or configuration say', async () => {
    const flagged = await call(run, { args: ['--evidence-dir', 'proofs'], files: CLEAN });
    expect(existsSync(join(flagged.root, 'proofs/gates'))).toBe(true);
    const configured = await call(run, {
      args: [],
      files: { ...CLEAN, 'helios.yaml': 'version: 1\nevidence: {directory: a/b}\n' },
    });
    expect(existsSync(join(configured.root, 'a/b/gates'))).toBe(true);
  });

  it('of a failure is left as well', async () => {
    expect(proofs((await call(run, { args: [], files: FAILED })).root)).toHaveLength(2);
  });
});

describe('--fix', () => {
  it('mends what has one right replacement and judges what is left', async () => {
    const { root, exit, stdout } = await call(run, { args: ['--fix', '--fail-on', 'note', '-q'], files: FAILED });
    expect(readFileSync(join(root, 'docs/c.json'), 'utf8')).toBe('{"a": "the"}\n');
    expect(readFileSync(join(root, 'docs/b.yml'), 'utf8')).toBe('title: secret\nl: [x]\n');
    expect(exit).toBe(1);
    expect(stdout).not.toContain('teh');
  });

  it('changes nothing where nothing was found', async () => {
    const { root, exit } = await call(run, { args: ['--fix'], files: CLEAN });
    expect(readFileSync(join(root, 'docs/a.yml'), 'utf8')).toBe('a: open\n');
    expect(exit).toBe(0);
  });
});

it('a crash shows where it happened when asked to', async () => {
  const quiet = await call(run, { args: [], files: CRASHED });
  expect(quiet.stderr).not.toContain('words-gate.ts');
  const loud = await call(run, { args: [], files: CRASHED, env: { HELIOS_DEBUG: '1' } });
  expect(loud.stderr).toContain('words-gate.ts');
});

it('rules as JSON are the catalogue', async () => {
  const rules = JSON.parse((await call(run, { args: ['rules', '--format', 'json'] })).stdout) as { id: string }[];
  expect(rules.map(({ id }) => id)).toEqual([
    ...gate.rules.map(({ id }) => id),
    'core/unreadable-input',
    'core/symbolic-link',
    'core/expired-baseline-entry',
    'core/stale-baseline-entry',
  ]);
});

it('what users wrote reaches the terminal without its power', async () => {
  const name = 'a\u001b[2J\u202e.yml';
  const { stdout, stderr } = await call(run, { args: ['\u001b]0;x\u0007'], files: { [name]: 'a: secret' } });
  expect(stdout + stderr).not.toMatch(/[\u001b\u0007\u202e]/);
  for (const args of [
    ['--x\u001b[2J\n::error::y\n##[error]z'],
    ['explain', '##[error]z'],
    ['check', '-f', '##[group]'],
  ])
    expect((await call(run, { args })).stderr).not.toMatch(/\u001b|^::|##\[/m);
  const found = await call(run, { args: [], files: { [name]: 'a: secret' } });
  expect(found.stdout).toContain('a\\u001b[2J\\u202e.yml');
  expect(found.stdout).not.toMatch(/[\u001b\u202e]/);
});
