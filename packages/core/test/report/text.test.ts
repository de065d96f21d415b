// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { REPORTERS } from '../../src/report/index.ts';
import type { View } from '../../src/report/index.ts';
import { CLEAN, CRASHED, EMPTY, failingGate, finding, PLAIN, passingGate, reportOf } from './samples.ts';

const draw = (report: Parameters<typeof REPORTERS.text>[0], view: Partial<View> = {}): string =>
  REPORTERS.text(report, { ...PLAIN, ...view });

const many = (count: number, ruleId: string) =>
  Array.from({ length: count }, (_, i) => finding({ ruleId, location: { path: `f${i}.yml`, line: 1 } }));

describe('the text report', () => {
  it('puts the prefix before a path, so that it opens from where the user stands', () => {
    const output = draw(reportOf(failingGate([finding()])), { pathPrefix: '../../' });
    expect(output).toMatch(/^\.\.\/\.\.\/alerting\/sigma\/wscript\.yml:12:5 {2}error {2}/);
  });

  it('shows the first findings of each rule and counts the rest', () => {
    const findings = [...many(5, 'mapping/a'), ...many(1283, 'mapping/b'), ...many(3, 'mapping/c')];
    const output = draw(reportOf(failingGate(findings)), { perRule: 3 });
    expect(output.match(/ {2}error {2}/g)).toHaveLength(9);
    expect(output).toContain('… and 2 more mapping/a\n… and 1,280 more mapping/b\n');
    expect(output).not.toContain('more mapping/c');
  });

  it('shows every finding when nothing is to be folded', () => {
    const output = draw(reportOf(failingGate(many(30, 'mapping/a'))), { perRule: Infinity });
    expect(output.match(/ {2}error {2}/g)).toHaveLength(30);
    expect(output).not.toContain('more mapping/a');
  });

  it('says what was checked when there is nothing to find', () => {
    expect(draw(reportOf(CLEAN))).toContain('no findings\n  12 exceptions checked by 1 rule, 0 not checked');
  });

  it('shows why a gate could not finish', () => {
    expect(draw(reportOf(CRASHED))).toContain(
      "could not finish  Event schemas\n  Cannot read properties of undefined (reading 'fields')",
    );
  });

  it('draws a table only of several gates', () => {
    expect(draw(reportOf(CLEAN, EMPTY))).toContain('gate       verdict');
    expect(draw(reportOf(CLEAN))).not.toContain('verdict');
  });

  it.each([
    [[CLEAN], '✔ PASS  1 of 1 gate passed'],
    [[CLEAN, EMPTY], '○ NOTHING-CHECKED  1 of 2 gates passed'],
    [[failingGate([finding()]), CLEAN], '✖ FAIL  1 of 2 gates passed'],
    [[CRASHED, CLEAN], '✖ ERROR  1 of 2 gates passed'],
  ])('ends with the verdict', (gates, line) => {
    expect(
      draw(reportOf(...gates))
        .trimEnd()
        .split('\n')
        .at(-1),
    ).toContain(`${line}, as of 2026-07-01T00:00:00.000Z (sec 0.1.0)`);
  });

  it('wraps at the width of the terminal', () => {
    const words = finding({
      message: 'a word and another '.repeat(20),
      remedy: 'do this and that '.repeat(20),
      excerpt: 'x'.repeat(500),
    });
    const output = draw(reportOf(failingGate([words])), { width: 60 });
    const findingLines = output.split('\n\n')[0]?.split('\n') ?? [];
    expect(Math.max(...findingLines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(findingLines.length).toBeGreaterThan(10);
  });

  it('leaves lines whole where there is no terminal', () => {
    const words = finding({ message: 'a word and another '.repeat(20) });
    expect(draw(reportOf(failingGate([words])), { width: Infinity }).split('\n')[0]).toHaveLength(446);
  });

  it('never cuts a path, since half a path opens nothing', () => {
    const path = `${'deep/'.repeat(30)}file.yml`;
    expect(draw(reportOf(failingGate([finding({ location: { path, line: 1 } })])), { width: 40 })).toContain(
      `${path}:1\n`,
    );
  });
});

describe('the quiet text report', () => {
  it('is the verdict alone when all is well', () => {
    expect(draw(reportOf(CLEAN, passingGate()), { quiet: true }).split('\n')).toHaveLength(2);
  });

  it('leaves out gates that passed, and notes where there is worse', () => {
    const note = finding({ level: 'note', message: 'by the way' });
    const output = draw(reportOf(CLEAN, failingGate([finding(), note])), { quiet: true });
    expect(output).toContain('T1064 is revoked');
    expect(output).not.toMatch(/by the way|exception/);
  });

  it('shows notes where only notes can have failed the gate', () => {
    const note = finding({ level: 'note', message: 'by the way' });
    expect(draw(reportOf(failingGate([note])), { quiet: true })).toContain('by the way');
  });

  it('shows only the metrics that miss their threshold', () => {
    const metric = { id: 'x', title: 'Met', value: 3, unit: 'rules', threshold: { atLeast: 2 } };
    const gate = failingGate([finding()], {
      metrics: [metric, { ...metric, title: 'Missed', threshold: { atLeast: 4 } }],
    });
    const output = draw(reportOf(gate), { quiet: true });
    expect(output).toContain('✖ Missed  3 rules (needs ≥ 4 rules)');
    expect(output).not.toContain('Met');
  });
});
