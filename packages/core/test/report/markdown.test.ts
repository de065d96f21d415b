// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { githubSummary, REPORTERS } from '../../src/report/index.ts';
import { CLEAN, CRASHED, failingGate, finding, PLAIN, reportOf } from './samples.ts';

const comment = (report: ReturnType<typeof reportOf>): string => REPORTERS.markdown(report, PLAIN);
const findings = (count: number, level: 'error' | 'note' = 'error', message = 'a message of some length') =>
  Array.from({ length: count }, (_, i) => finding({ level, message: `${message} ${i}` }));
const rowsOf = (output: string): number => output.split('\n').filter((line) => /^\| (error|note) /.test(line)).length;

describe('the Markdown report', () => {
  it('shows every finding while there is room', () => {
    const output = comment(reportOf(failingGate(findings(100))));
    expect(rowsOf(output)).toBe(100);
    expect(output).not.toContain('not shown');
  });

  it('fits into a comment, and says how many findings did not', () => {
    const output = comment(reportOf(failingGate(findings(5000))));
    expect(output.length).toBeLessThanOrEqual(65_536);
    expect(output.length).toBeGreaterThan(64_000);
    const left = 5000 - rowsOf(output);
    expect(output).toContain(`**4,${left - 4000} errors not shown:**`);
  });

  it('keeps the job summary under its limit in bytes, where 1.2 MiB were wanted', () => {
    const message = '長い説明 '.repeat(20);
    expect(5000 * Buffer.byteLength(message)).toBeGreaterThan(1.2 * 2 ** 20);
    const report = reportOf(failingGate(findings(5000, 'error', message)));
    const summary = githubSummary(report);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1_000_000);
    expect(Buffer.byteLength(summary)).toBeGreaterThan(990_000);
    expect(summary).toMatch(/\*\*[\d,]+ errors not shown:\*\*/);
  });

  it('leaves out notes before errors, whichever gate they are of', () => {
    const report = reportOf(failingGate(findings(3000, 'note')), failingGate(findings(5), { gate: 'last' }));
    const output = comment(report);
    expect(output.match(/^\| error /gm)).toHaveLength(5);
    expect(output).toMatch(/notes not shown/);
    expect(output.indexOf('### last')).toBeGreaterThan(output.indexOf('### attack-mapper'));
  });

  it('fits even when the gates alone would not', () => {
    const crowd = Array.from({ length: 3000 }, (_, i) => failingGate(findings(1), { gate: `gate-${i}` }));
    const output = comment(reportOf(...crowd));
    expect(output.length).toBeLessThanOrEqual(65_536);
    expect(output).toContain('**Some gates or metrics are not shown:**');
    expect(output).toContain('**3,000 errors not shown:**');
  });

  it('cuts a message that would fill the page', () => {
    const output = comment(reportOf(failingGate(findings(1, 'error', 'word '.repeat(10_000)))));
    expect(output.length).toBeLessThan(2000);
    expect(output).toContain('… →');
  });

  it('shows why a gate could not finish', () => {
    expect(comment(reportOf(CLEAN, CRASHED))).toContain('**privacy-gate could not finish:** Cannot read properties');
  });

  it('keeps code as code, and takes words that platforms would link as code', () => {
    const message = 'ask @team in #12 about `a | b` (https://x.example/y).';
    expect(comment(reportOf(failingGate([finding({ message })])))).toContain(
      'ask `@team` in `#12` about `a `\\|` b` (`https://x.example/y`).',
    );
  });
});
