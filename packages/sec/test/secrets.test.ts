// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run as mapper } from '../../attack-mapper/src/cli.ts';
import type { Run } from '../../core/src/cli/index.ts';
import { call } from '../../core/test/cli/terminal.ts';
import { plantedSecrets } from '../../core/test/finding/secrets.ts';
import type { Tree } from '../../core/test/input/tree.ts';
import { run as umbrella } from '../src/cli.ts';
import { repository, sec } from './two-gates.ts';

const FORMATS = ['json', 'sarif', 'junit', 'github', 'gitlab', 'markdown', 'html', 'text'] as const;

const secrets = plantedSecrets();

function plantedRules(): Tree {
  const rules = secrets.map(({ text }, at) => {
    const title = JSON.stringify(text);
    const rule = `title: ${title}\nid: ${title}\ntags:\n  - attack.t9999.${at}\n  - attack.t1059\n  - ${title}\n  - "attack.${text.replaceAll(/["\n\\]/g, ' ')}"\nlogsource: {product: ${title}}\ndetection: {s: {a: ${title}}, condition: s}\n`;
    return [`rules/planted-${at}.yml`, rule] as const;
  });
  return Object.fromEntries(rules);
}

function expectNone(texts: ReadonlyMap<string, string>): void {
  for (const [place, text] of texts) {
    const leaked = secrets.filter(({ secret }) => text.includes(secret)).map(({ kind }) => kind);
    expect(leaked, place).toEqual([]);
  }
}

it('two hundred kinds of secrets, planted in rules that are judged and files that cannot be, come out nowhere', async () => {
  const broken = secrets.map(
    ({ text }, at) => [`rules/broken-${at}.yml`, `title: [${text}\n  - ${text}: }\n`] as const,
  );
  const grants = secrets.map(
    ({ text }, at) => `  - id: ${JSON.stringify(`${at} ${text}`)}\n    owner: ${JSON.stringify(text)}\n`,
  );
  const root = repository({
    ...plantedRules(),
    ...Object.fromEntries(broken),
    'access/planted.yaml': `schema: helios/grants/v1\ngrants:\n${grants.join('')}`,
  });
  mkdirSync(join(root, 'out'));
  const formats = FORMATS.flatMap((format) => ['--format', `${format}=out/report.${format}`]);
  const env = { HELIOS_DEBUG: '1', GITHUB_STEP_SUMMARY: join(root, 'out/summary.md') };
  const { exit, stdout, stderr } = await sec(['gate', ...formats], { cwd: root, env });
  expect(exit, stderr).toBe(1);

  const written = ['out', '.evidence'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(root, folder, name))
      .filter((file) => statSync(file).isFile()),
  );
  expect(written.length).toBeGreaterThan(FORMATS.length + 5);
  const texts = new Map([
    ['stdout', stdout],
    ['stderr', stderr],
    ...written.map((file) => [file, readFileSync(file, 'utf8')] as const),
  ]);
  expect(texts.get(join(root, 'out/report.json'))).toContain('[redacted ');
  expectNone(texts);
}, 120_000);

it('nor in what is drawn, listed or sent of them, nor in the complaint about a command line', async () => {
  const root = repository({ ...plantedRules(), 'scope.yaml': 'schema: helios/scope/v1\ntitle: T\ninclude: [T1486]\n' });
  const config = readFileSync(join(root, 'helios.yaml'), 'utf8');
  const coverage = '    coverage: [{name: all, scope: scope.yaml, claimed: 0}]\n';
  const connector = 'connectors: {sink: {kind: file, path: out/sent.ndjson}}\n';
  writeFileSync(
    join(root, 'helios.yaml'),
    connector + config.replace("    include: ['rules/*.yml']\n", (line) => line + coverage),
  );
  const texts = new Map<string, string>();
  const keep = async (run: Run, ...args: readonly string[]): Promise<void> => {
    const { stdout, stderr } = await call(run, { args, root, env: { HOME: root } });
    texts.set(args.join(' '), stdout + stderr);
  };
  mkdirSync(join(root, 'out'));
  await keep(umbrella, 'gate');
  await keep(umbrella, 'report', '-o', 'out/report.html');
  await keep(umbrella, 'send', 'run', '--to', 'sink', '--commit', 'c0', '--apply');
  await keep(mapper, 'heatmap', '--output', 'out');
  await keep(mapper, 'gaps', '--output', 'out/gaps.ndjson');
  await keep(mapper, 'gaps', '--to', 'sink', '--apply');
  for (const { text } of secrets) await keep(umbrella, 'gate', '--evidence-dri', text, `--token=${text}`);
  for (const name of readdirSync(join(root, 'out'))) texts.set(name, readFileSync(join(root, 'out', name), 'utf8'));
  expect([...texts.keys()]).toEqual(
    expect.arrayContaining(['report.html', 'attack.svg', 'attack.json', 'gaps.ndjson', 'sent.ndjson']),
  );
  expectNone(texts);
}, 120_000);
