// SPDX-License-Identifier: Apache-2.0
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedRun } from '@helios/core/evidence';
import { drawPage } from '@helios/core/report';
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { run } from '../src/cli.ts';
import { recordedReport } from '../src/report/recorded.ts';
import { BAD, gate, repository } from './two-gates.ts';

const report = (root: string, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: ['report', ...args], root });

describe('sec report', { timeout: 60_000 }, () => {
  it('draws the latest run: its verdicts, findings, heatmaps and proofs', async () => {
    const root = repository({ 'rules/bad.yml': BAD });
    expect((await gate(root)).exit).toBe(1);
    const { exit, stdout, stderr } = await report(root);
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toContain('<h1 class="fail">✖ failed</h1>');
    expect(stdout).toContain('"rule":"mapping/revoked-technique"');
    expect(stdout).toMatch(
      /<h2 id="heatmap-attack" tabindex="-1">ATT&amp;CK enterprise v\d+: \d+ of \d+ techniques seen/,
    );
    for (const file of readdirSync(join(root, '.evidence/gates'))) expect(stdout).toContain(`gates/${file}`);
  });

  it('draws the same page again, wherever it is called from, and changes nothing', async () => {
    const root = repository({ 'rules/bad.yml': BAD });
    await gate(root);
    const before = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
    const { stdout } = await report(root);
    expect((await call(run, { args: ['report'], root: join(root, 'rules') })).stdout).toBe(stdout);
    expect(readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()).toEqual(before);
  });

  it('draws the run that a file belongs to', async () => {
    const root = repository({ 'rules/bad.yml': BAD });
    await gate(root, '--as-of', '2026-06-01');
    const [first = ''] = readdirSync(join(root, '.evidence/builds'));
    await gate(root, '--as-of', '2026-06-02');
    expect((await report(root)).stdout).toContain('As of 2026-06-02');
    expect((await report(root, `.evidence/builds/${first}`)).stdout).toContain('As of 2026-06-01');
  });

  it('leaves the heatmap out where the files are not those of the run, and says which', async () => {
    const root = repository({ 'rules/bad.yml': BAD });
    await gate(root);
    appendFileSync(join(root, 'rules/bad.yml'), '# changed\n');
    const { exit, stdout } = await report(root);
    expect(exit).toBe(0);
    expect(stdout).toContain('<p>Left out: rules/bad.yml is not what the run read.</p>');
    writeFileSync(join(root, 'rules/bad.yml'), 'title: [');
    expect((await report(root)).stdout).toMatch(/<p>Left out: .+\.<\/p>/);
  });

  it('draws nothing from evidence that does not hold', async () => {
    const root = repository({ 'rules/bad.yml': BAD });
    await gate(root);
    const name =
      readdirSync(join(root, '.evidence/gates')).find((file) => /^attack-mapper-\w+\.json$/.test(file)) ?? '';
    const result = join(root, '.evidence/gates', name);
    writeFileSync(result, readFileSync(result, 'utf8').replace('"fail"', '"pass"'));
    const { exit, stdout, stderr } = await report(root);
    expect([exit, stdout]).toEqual([4, '']);
    expect(stderr).toContain('gates/attack-mapper-');
  });

  it('says where there is no evidence yet', async () => {
    expect((await report(mkdtempSync(join(tmpdir(), 'helios-none-')))).exit).toBe(4);
  });

  it('writes to a file, or says why it cannot', async () => {
    const root = repository({ 'rules/bad.yml': BAD });
    await gate(root);
    expect((await report(root, '-o', 'out/report.html')).exit).toBe(0);
    expect(readFileSync(join(root, 'out/report.html'), 'utf8')).toMatch(/^<!doctype html>/);
    const { exit, stderr } = await report(root, '-o', 'helios.yaml/report.html');
    expect(exit).toBe(2);
    expect(stderr).toContain('the page cannot be written to helios.yaml/report.html');
  });
});

it('a gate that crashed, or that this version does not have, has a row all the same', () => {
  const document: RecordedRun['document'] = {
    schema: 'helios/run/v1',
    asOf: '2026-06-01T00:00:00.000Z',
    verdict: 'error',
    exit: 70,
    gates: [{ gate: 'gone', verdict: 'error', exit: 70, statement: null }],
    tool: { name: 'sec', version: '0.1.0' },
  };
  const recorded: RecordedRun = { path: 'x', document, facts: {} as RecordedRun['facts'], results: new Map() };
  const page = drawPage(recordedReport(recorded, new Map()));
  expect(page).toContain('it crashed, and left no evidence');
  expect(page).toContain('A gate that this version does not have');
});
