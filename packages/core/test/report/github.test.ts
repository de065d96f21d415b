// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Level } from '../../src/finding/finding.ts';
import type { GateResult } from '../../src/gate/result.ts';
import { REPORTERS } from '../../src/report/index.ts';
import { CRASHED, EMPTY, failingGate, finding, PLAIN, reportOf } from './samples.ts';

const draw = (...gates: GateResult[]): string => REPORTERS.github(reportOf(...gates), PLAIN);
const gateWith = (counts: Readonly<Partial<Record<Level, number>>>): GateResult =>
  failingGate(
    (['error', 'warning', 'note'] as const).flatMap((level) =>
      Array.from({ length: counts[level] ?? 0 }, () => finding({ level })),
    ),
  );
const commandsOf = (output: string, name: string): number =>
  output.split('\n').filter((line) => line.startsWith(`::${name} `)).length;

describe('workflow commands', () => {
  it('point at the range within a line', () => {
    expect(draw(failingGate([finding()]))).toContain(
      '::error file=alerting/sigma/wscript.yml,line=12,col=5,endColumn=17,title=mapping/revoked-technique::T1064 is revoked; T1059 replaces it%0A→ Write attack.t1059 instead.\n',
    );
  });

  it('give no columns of a range over several lines, which GitHub refuses', () => {
    const location = { path: 'a.yml', line: 1, column: 5, endLine: 3, endColumn: 2 };
    expect(draw(failingGate([finding({ location })]))).toContain('::error file=a.yml,line=1,endLine=3,title=');
  });

  it('escape what would end a property or a message', () => {
    const output = draw(
      failingGate([finding({ location: { path: 'a,b:c%0A.yml', line: 1 }, message: '100 %0A\n::error::x' })]),
    );
    expect(output).toContain(
      '::error file=a%2Cb%3Ac%250A.yml,line=1,title=mapping/revoked-technique::100 %250A%0A\\::error::x%0A→',
    );
  });

  it('are all shown at 10 errors, 10 warnings and 10 notes', () => {
    const output = draw(gateWith({ error: 10, warning: 10, note: 10 }));
    expect(['error', 'warning', 'notice'].map((name) => commandsOf(output, name))).toEqual([10, 10, 10]);
    expect(output).not.toContain('more');
  });

  it('stay within 10 of each level at 11, 11 and 11, and the last notice counts the rest', () => {
    const output = draw(gateWith({ error: 11, warning: 11, note: 11 }));
    expect(['error', 'warning', 'notice'].map((name) => commandsOf(output, name))).toEqual([10, 10, 10]);
    expect(output.split('\n').at(-3)).toBe('::notice title=Helios::4 more findings: see the job summary');
  });

  it('count the rest also when only one level has too many', () => {
    expect(draw(gateWith({ error: 12, note: 1 }))).toContain(
      '::notice title=Helios::2 more findings: see the job summary',
    );
  });

  it('tell first of gates that judged nothing', () => {
    const lines = draw(gateWith({ error: 11 }), EMPTY, CRASHED).split('\n');
    expect(lines[0]).toBe('::error title=intel::intel found no indicators to check');
    expect(lines[1]).toContain('::error title=privacy-gate::privacy-gate could not finish: Cannot read');
  });

  it('say nothing of waived findings', () => {
    expect(commandsOf(draw(failingGate([], { waived: [finding()] })), 'error')).toBe(0);
  });
});
