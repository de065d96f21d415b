// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTree, ROOT, runCli, sigma } from './stage.ts';

const FILES = ['attack.json', 'attack.svg', 'atlas.json', 'atlas.svg'];
const hostile = sigma(['attack.execution', 'attack.t1059.001', 'atlas.aml.t0051']).replace(
  'A rule',
  `'</text><script>alert(1)</script> & "x"'`,
);

async function draw(files: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const root = makeTree(files);
  expect(await runCli(root, 'heatmap', '-o', 'out')).toMatchObject({ exit: 0, stderr: '' });
  return new Map(FILES.map((name) => [name, readFileSync(join(root, 'out', name), 'utf8')]));
}

describe('heatmap', () => {
  it('gives the same bytes whatever order the files were made in', async () => {
    const [a, b] = [sigma(['attack.execution', 'attack.t1059']), sigma(['attack.impact', 'attack.t1486'])];
    expect(await draw({ 'a.yml': a, 'b.yml': b })).toEqual(await draw({ 'b.yml': b, 'a.yml': a }));
  });

  it('makes Navigator layers of format 4.5 that carry the true version', async () => {
    const layers = await draw({ 'a.yml': hostile });
    const attack = JSON.parse(layers.get('attack.json') ?? '') as Record<string, unknown>;
    expect(attack).toMatchObject({
      domain: 'enterprise-attack',
      versions: { attack: '19', navigator: '4.9.0', layer: '4.5' },
      gradient: { minValue: 0, maxValue: 1 },
    });
    expect(attack['techniques']).toMatchObject([
      { techniqueID: 'T1059', score: 0, showSubtechniques: true },
      { techniqueID: 'T1059.001', score: 1, showSubtechniques: false },
    ]);
    expect(JSON.parse(layers.get('atlas.json') ?? '')).toMatchObject({
      versions: { attack: '5.6.0' },
      techniques: [{ techniqueID: 'AML.T0051' }],
    });
  });

  it.each(['..', '../out', '/tmp/elsewhere'])('is not drawn outside of the repository, at %s', async (output) => {
    const root = join(makeTree({ 'inner/a.yml': sigma(['attack.t1059']) }), 'inner');
    expect(await runCli(root, 'heatmap', '-o', output)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(`--output ${output} lies outside`),
    });
  });

  it('draws nothing that a rule could have smuggled in', async () => {
    const pictures = await draw({ 'a.yml': hostile });
    for (const name of ['attack.svg', 'atlas.svg']) expect(pictures.get(name)).not.toMatch(/<script|onload|href/);
  });

  it('is committed as it would be drawn now', async () => {
    const cwd = makeTree({});
    const ran = await runCli(
      cwd,
      'heatmap',
      '-c',
      join(ROOT, 'helios.yaml'),
      '-o',
      join('node_modules', '.helios', 'heatmaps'),
    );
    expect(ran.exit).toBe(0);
    for (const name of FILES) {
      const fresh = readFileSync(join(ROOT, 'node_modules/.helios/heatmaps', name), 'utf8');
      expect(fresh, `${name}: run npx sec-attack-mapper heatmap`).toBe(
        readFileSync(join(ROOT, 'analytics/heatmaps', name), 'utf8'),
      );
    }
  });
});

describe('gaps', () => {
  const files = {
    'helios.yaml':
      "version: 1\ngates: {attack-mapper: {include: ['rules/**'], coverage: [{name: all, scope: scope.yaml}]}}\n",
    'scope.yaml': 'schema: helios/scope/v1\ntitle: T\ninclude: [T1059.001, T1486]\n',
    'rules/a.yml': sigma(['attack.execution', 'attack.t1059.001']),
  };

  it('opens one issue for each gap, once, and closes it when the gap is gone', async () => {
    const root = makeTree(files);
    const issues = (): unknown[] =>
      readFileSync(join(root, 'gaps.ndjson'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    expect(await runCli(root, 'gaps', '-o', 'gaps.ndjson')).toMatchObject({
      exit: 0,
      stdout: 'gaps.ndjson: 1 gaps (1 opened, 0 closed)\n',
    });
    expect(issues()).toMatchObject([
      {
        key: 'attack-mapper/gap/all/T1486',
        state: 'open',
        title: 'No detection for T1486 (Data Encrypted for Impact)',
      },
    ]);
    const before = readFileSync(join(root, 'gaps.ndjson'), 'utf8');
    expect((await runCli(root, 'gaps', '-o', 'gaps.ndjson')).stdout).toBe('gaps.ndjson: 1 gaps (0 opened, 0 closed)\n');
    expect(readFileSync(join(root, 'gaps.ndjson'), 'utf8')).toBe(before);

    const covered = makeTree({
      ...files,
      'gaps.ndjson': before,
      'rules/b.yml': sigma(['attack.impact', 'attack.t1486']),
    });
    expect((await runCli(covered, 'gaps', '-o', 'gaps.ndjson')).stdout).toBe(
      'gaps.ndjson: 0 gaps (0 opened, 1 closed)\n',
    );
    expect(readFileSync(join(covered, 'gaps.ndjson'), 'utf8')).toContain('"state":"closed"');
  });

  it('are for a file or a connector: --apply alone is for neither', async () => {
    const root = makeTree(files);
    expect(await runCli(root, 'gaps', '--apply')).toMatchObject({ exit: 2, stderr: expect.stringContaining('--to') });
    expect(existsSync(join(root, 'analytics'))).toBe(false);
  });

  it('does not touch a file that holds something else', async () => {
    const root = makeTree({ ...files, 'gaps.ndjson': '{"mine":true}\n' });
    expect(await runCli(root, 'gaps', '-o', 'gaps.ndjson')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('is no issue that Helios wrote'),
    });
    expect(readFileSync(join(root, 'gaps.ndjson'), 'utf8')).toBe('{"mine":true}\n');
  });
});
