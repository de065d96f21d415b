// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { plantedSecrets } from '../../core/test/finding/secrets.ts';
import { repository, sec } from './two-gates.ts';

const FORMATS = ['json', 'sarif', 'junit', 'github', 'gitlab', 'markdown', 'text'] as const;

it('two hundred kinds of secrets, planted in rules that are judged and files that cannot be, come out nowhere', async () => {
  const secrets = plantedSecrets();
  const inRules = secrets.map(({ text }, at) => {
    const title = JSON.stringify(text);
    const rule = `title: ${title}\nid: ${title}\ntags:\n  - attack.t9999.${at}\n  - ${title}\n  - "attack.${text.replaceAll(/["\n\\]/g, ' ')}"\nlogsource: {product: ${title}}\ndetection: {s: {a: ${title}}, condition: s}\n`;
    return [`rules/planted-${at}.yml`, rule] as const;
  });
  const broken = secrets.map(
    ({ text }, at) => [`rules/broken-${at}.yml`, `title: [${text}\n  - ${text}: }\n`] as const,
  );
  const grants = secrets.map(
    ({ text }, at) => `  - id: ${JSON.stringify(`${at} ${text}`)}\n    owner: ${JSON.stringify(text)}\n`,
  );
  const root = repository({
    ...Object.fromEntries([...inRules, ...broken]),
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
  for (const [place, text] of texts) {
    const leaked = secrets.filter(({ secret }) => text.includes(secret)).map(({ kind }) => kind);
    expect(leaked, place).toEqual([]);
  }
}, 120_000);
