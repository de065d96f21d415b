// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { addTo, plant, type Tree } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { BAD, GOOD, ROOT } from './two-gates.ts';

const init = (root: string, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: ['init', ...args], root });
const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');
const tree = (root: string): string[] => readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();

describe('sec init', () => {
  it('writes a configuration that gates what is there, and a second time nothing', async () => {
    const root = plant({
      'detections/aws/a.yml': GOOD,
      'detections/b.yaml': BAD,
      'deploy/service.yml': 'kind: Service\n',
    });
    const { exit, stdout } = await init(root, '--yes');
    expect(exit).toBe(0);
    expect(stdout).toContain('2 detections');
    expect(stdout).toContain('+      - "detections/**/*.{yaml,yml}"');
    const judged = await call(run, { args: ['gate', '-f', 'json', '--no-evidence'], root });
    expect(JSON.parse(judged.stdout)).toMatchObject({
      gates: [
        { gate: 'attack-mapper', checked: 2, notChecked: 0 },
        { gate: 'detect', checked: 2, notChecked: 0 },
        { gate: 'exception', checked: 1, notChecked: 0 },
      ],
    });
    const before = tree(root);
    expect(await init(root, '--yes')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('everything is there already'),
    });
    expect(tree(root)).toEqual(before);
  });

  it('names a folder alone where others hold other things, and the catalog that fits the ids', async () => {
    const root = plant({
      'rules/a.yml': BAD,
      'rules/windows/b.yml': BAD,
      'rules/windows/config.yml': 'just: some\nsettings: true\n',
    });
    await init(root, '--yes');
    const config = read(root, 'helios.yaml');
    expect(config).toContain('- "rules/*.yml"');
    expect(config).toContain("attack: '18.1'");
  });

  it('gates the folders of manifests that say what runs in a cluster', async () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}]}\n';
    const root = plant({ 'deploy/pod.yaml': pod, 'deploy/[x]/pod.yml': pod, 'docs/note.yaml': 'a: 1\n' });
    expect((await init(root, '--yes')).stdout).toContain('2 manifests of what runs in a cluster');
    expect(read(root, 'helios.yaml')).toContain('- "deploy/*.{yml,yaml}"');
    const judged = await call(run, { args: ['gate', 'posture', '-f', 'json', '--no-evidence'], root });
    expect(JSON.parse(judged.stdout)).toMatchObject({ gates: [{ gate: 'posture', notChecked: 0 }] });
    expect((JSON.parse(judged.stdout) as { gates: [{ checked: number }] }).gates[0].checked).toBeGreaterThan(1);
  });

  it('keeps what people wrote, and adds to .gitignore only what is missing', async () => {
    const root = plant({ 'helios.yaml': 'version: 1 # mine\n', '.gitignore': 'dist', 'a.yml': GOOD });
    expect((await init(root, '--yes')).stdout).toContain('helios.yaml: stays as it is');
    expect(read(root, 'helios.yaml')).toBe('version: 1 # mine\n');
    expect(read(root, '.gitignore')).toBe('dist\n.evidence/\n');
  });

  it('leaves the CI of a GitLab repository to its owner, and says what to add', async () => {
    const root = plant({ '.gitlab-ci.yml': 'stages: [test]\n', 'rules/a.yml': GOOD });
    const { stdout } = await init(root, '--yes');
    expect(stdout).toContain('add a job to .gitlab-ci.yml');
    expect(existsSync(join(root, '.github'))).toBe(false);
  });

  it('asks where somebody can answer, and without a yes writes nothing', async () => {
    const root = plant({ 'rules/a.yml': GOOD });
    const before = tree(root);
    expect(await init(root)).toMatchObject({ exit: 2, stderr: expect.stringContaining('Give --yes') });
    for (const answer of ['', 'n', 'never', undefined]) {
      const asked: string[] = [];
      const ask = async (question: string): Promise<string | undefined> => {
        asked.push(question);
        return answer;
      };
      const written: string[] = [];
      const output = { write: (text: string) => void written.push(text), isTTY: true, columns: 80 };
      const io = { stdout: output, stderr: output, env: {}, cwd: root, now: () => new Date(), ask };
      expect(await run(['init'], io)).toBe(0);
      expect(asked).toEqual(['Write these 4 files? [y/N] ']);
      expect(written.join('')).toContain('nothing was written');
      if (answer === undefined) expect(await run(['init'], { ...io, ask: async () => 'y' })).toBe(0);
      else expect(tree(root)).toEqual(before);
    }
    expect(existsSync(join(root, 'helios.yaml'))).toBe(true);
  });

  it('is not led out of the repository, and not stopped by what it cannot read', async () => {
    const root = plant({
      'rules/a.yml': GOOD,
      'rules/deep.yml': `${'['.repeat(5000)}\n`,
      'bin.yml': '\0\0',
      'x.json': '{',
    });
    symlinkSync('/', join(root, 'everything'));
    expect((await init(root, '--yes')).exit).toBe(0);
    expect(await init(root, 'nowhere')).toMatchObject({ exit: 2 });
  });

  const SHARED = join(ROOT, '../shared/data');
  const ABSENT = existsSync(SHARED) ? '' : ' (skipped: no ../shared/data here)';
  it.skipIf(ABSENT !== '').each([
    ['sigma/rules', 3141],
    ['falco', 56],
    ['events/panther/rules', 197],
  ])(
    `gives a first verdict on %s without an edit, in seconds${ABSENT}`,
    async (folder, detections) => {
      const root = plant({ 'README.md': 'x' });
      cpSync(join(SHARED, folder), join(root, 'rules'), { recursive: true });
      const started = performance.now();
      expect((await init(root, '--yes')).stdout).toContain(`${detections} detections`);
      const { exit, stdout } = await call(run, { args: ['gate', '-f', 'json', '--no-evidence'], root });
      expect(exit).toBe(1);
      const { gates } = JSON.parse(stdout) as { gates: { gate: string; checked: number }[] };
      expect(gates.find(({ gate }) => gate === 'attack-mapper')?.checked).toBe(detections);
      expect(gates.some(({ gate }) => gate === 'detect')).toBe(!folder.startsWith('events'));
      expect(performance.now() - started).toBeLessThan(30_000);
    },
    60_000,
  );

  it('writes a CI file that GitHub’s own linter takes', async () => {
    const linter = ['/tmp/peers/bin/actionlint', 'actionlint'].find(
      (each) => spawnSync(each, ['-version']).status === 0,
    );
    const root = plant({ 'rules/a.yml': GOOD });
    await init(root, '--yes');
    const text = read(root, '.github/workflows/helios.yml');
    expect(text).toMatch(/^permissions: \{\}$/m);
    for (const [, ref] of text.matchAll(/uses: \S+@(\S+)/g)) expect(ref).toMatch(/^[0-9a-f]{40}$/);
    if (linter) execFileSync(linter, [join(root, '.github/workflows/helios.yml')]);
  });
});

const CONFIG =
  "version: 1\nexceptions: [controls/exceptions/register.yaml]\ngates:\n  attack-mapper:\n    include: ['rules/*.yml']\n";
const SOUND: Tree = {
  'helios.yaml': CONFIG,
  'rules/a.yml': GOOD,
  'controls/exceptions/register.yaml': 'schema: helios/exceptions/v1\nexceptions: []\n',
  '.gitignore': '.evidence/\n',
  '.github/workflows/x.yml': 'run: npx sec gate\n',
};

interface Diagnosis {
  readonly id: string;
  readonly state: string;
  readonly said: string;
  readonly remedy?: string;
}

async function diagnose(
  root: string,
  env: Record<string, string> = {},
): Promise<{ exit: number; of: (id: string) => Diagnosis | undefined }> {
  const { exit, stdout } = await call(run, { args: ['doctor', '-f', 'json'], root, env });
  const { findings } = JSON.parse(stdout) as { findings: Diagnosis[] };
  return { exit, of: (id) => findings.find((each) => each.id === id) };
}

function healthy(more: Tree = {}): string {
  const root = plant({ ...SOUND, ...more });
  execFileSync('git', ['-C', root, 'init', '-q']);
  return root;
}

describe('sec doctor', () => {
  it('finds nothing broken where nothing is', async () => {
    const { exit, of } = await diagnose(healthy());
    expect(exit).toBe(0);
    for (const id of ['git', 'configuration', 'gates', 'exceptions', 'policies', 'evidence', 'ci']) {
      expect(of(id), id).toMatchObject({ state: 'ok' });
      expect(of(id)).not.toHaveProperty('remedy');
    }
    expect(of('keys')).toMatchObject({ state: 'warning', said: 'proofs are not signed' });
  });

  it.each<[string, string, string, number, Tree]>([
    ['configuration', 'broken', 'unknown key', 2, { 'helios.yaml': `${CONFIG}exception: []\n` }],
    ['gates', 'broken', 'no file matches', 2, { 'helios.yaml': CONFIG.replace('rules/*.yml', 'rulez/*.yml') }],
    ['exceptions', 'warning', 'no register', 0, { 'helios.yaml': CONFIG.replace('register.yaml', 'other.yaml') }],
    [
      'policies',
      'broken',
      'controls/opa',
      2,
      {
        'helios.yaml': `${CONFIG}  policy: {bundle: controls/opa, sets: [{entrypoint: abac/decision, include: [x]}]}\n`,
      },
    ],
    ['evidence', 'warning', 'not ignored by git', 0, { '.gitignore': 'x\n' }],
    ['keys', 'broken', 'is not there', 2, { 'helios.yaml': `${CONFIG}evidence: {key: gone.key}\n` }],
    ['keys', 'warning', 'KEY is not set here', 0, { 'helios.yaml': `${CONFIG}evidence: {key: 'env:KEY'}\n` }],
    ['ci', 'warning', 'none calls a gate', 0, { '.github/workflows/x.yml': 'run: make\n' }],
  ])('says of %s that it is %s: %s (exit %i)', async (id, state, said, exit, change) => {
    const found = await diagnose(healthy(change));
    expect(found.of(id)).toMatchObject({
      state,
      said: expect.stringContaining(said),
      remedy: expect.stringMatching(/\S/),
    });
    expect(found.exit).toBe(exit);
  });

  it('says what is wrong with a key that others can read, and a clone that is shallow', async () => {
    const root = healthy({ 'helios.yaml': `${CONFIG}evidence: {key: my.key}\n` });
    writeFileSync(join(root, 'my.key'), 'x', { mode: 0o644 });
    expect((await diagnose(root)).of('keys')).toMatchObject({ state: 'broken', remedy: 'chmod 600 my.key' });
    execFileSync('git', ['-C', root, 'add', '-A']);
    for (const message of ['a', 'b']) {
      execFileSync('git', [
        '-C',
        root,
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@b',
        'commit',
        '-qm',
        message,
        '--allow-empty',
      ]);
    }
    const clone = join(plant({ x: '' }), 'clone');
    execFileSync('git', ['clone', '-q', '--depth=1', `file://${root}`, clone]);
    expect((await diagnose(clone)).of('git')).toMatchObject({ state: 'warning', remedy: 'git fetch --unshallow' });
  });

  it('says so where there is nothing, or a configuration that is none', async () => {
    const nothing = await diagnose(plant({ x: '' }));
    expect(nothing.of('configuration')).toMatchObject({ state: 'broken', remedy: 'sec init' });
    const root = plant({ 'helios.yaml': 'version: [\n' });
    expect(await call(run, { args: ['doctor'], root })).toMatchObject({
      exit: 2,
      stdout: expect.stringContaining('✖ configuration'),
    });
    addTo(root, { 'helios.yaml': 'version: 1\n' });
    expect(await call(run, { args: ['doctor', '-f', 'xml'], root })).toMatchObject({ exit: 2 });
  });
});
