// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { RULES } from '../src/rules.ts';
import { digest, entry, judge, register, REGISTER } from './stage.ts';

describe('the example of each rule', () => {
  it.each(RULES.flatMap((rule) => ('example' in rule ? [rule] : [])))(
    '$id is broken by its bad example and kept by its good one',
    async ({ id, example }) => {
      expect((await judge({ files: { [REGISTER]: example.bad } })).ids).toContain(id);
      expect((await judge({ files: { [REGISTER]: example.good } })).ids).not.toContain(id);
    },
  );
});

describe('a register', () => {
  it('that is right passes', async () => {
    expect(await judge({ files: { [REGISTER]: register(entry()) } })).toMatchObject({
      verdict: 'pass',
      checked: 2,
      findings: [],
    });
  });

  it('that is empty passes, for it has been looked at; none at all is no pass', async () => {
    expect(await judge({ files: { [REGISTER]: register() } })).toMatchObject({ verdict: 'pass', checked: 1, exit: 0 });
    expect(await judge({ files: { 'helios.yaml': 'version: 1\n' } })).toMatchObject({
      verdict: 'nothing-checked',
      exit: 3,
    });
  });

  it('with one broken entry is judged in all the others', async () => {
    const { findings } = await judge({
      files: {
        [REGISTER]: register(
          entry({ id: 'EXC-1', expires: '2026-02-30' }),
          entry({ id: 'EXC-2', approver: 'Ada', scope: { control: 'mfa', service: 'web' } }),
        ),
      },
    });
    expect(findings.map(({ ruleId, location, message }) => `${ruleId} ${location.line} ${message}`)).toEqual([
      'exception/broken-entry 16 EXC-1 counts for nothing: expires: is not a day of the calendar',
      'exception/self-approval 27 EXC-2 was requested and approved by ada',
    ]);
  });

  it.each([
    [{ rule: 'words/forbidden', path: 'a.yml' }],
    [{ rule: 'words/forbidden' }],
    [{ rule: 'words/forbidden', purl: 'pkg:npm/left-pad', vulnerability: 'CVE-2026-0001' }],
    [{ rule: 'words/forbidden', purl: 'pkg:npm/left-pad@1.3.0' }],
    [{ service: 'web' }],
  ])('never binds a bare name: %j is refused', async (scope) => {
    expect((await judge({ files: { [REGISTER]: register(entry({ scope })) } })).ids).toEqual([
      'exception/broken-entry',
    ]);
  });

  it.each([
    [{ rule: 'words/forbidden', path: 'a.yml', digest: `sha256:${digest('a')}` }],
    [{ rule: 'words/forbidden', digest: `sha256:${digest('a')}` }],
    [{ rule: 'words/forbidden', purl: 'pkg:npm/left-pad@1.3.0', vulnerability: 'CVE-2026-0001' }],
    [{ control: 'mfa', service: 'web' }],
  ])('takes every scope that binds: %j', async (scope) => {
    expect((await judge({ files: { [REGISTER]: register(entry({ scope })) } })).verdict).toBe('pass');
  });

  it.each([[['EXC-1']], [['EXC-2', 'EXC-1']], [['EXC-2', 'EXC-3', 'EXC-1']]])(
    'whose extensions go round in a circle is told so: %j',
    async (previous) => {
      const entries = previous.map((before, index) => entry({ id: `EXC-${index + 1}`, previous: before }));
      const { findings } = await judge({ files: { [REGISTER]: register(...entries) } });
      const told = findings.filter(({ message }) => message.includes('which extends it in turn'));
      expect(told).toHaveLength(previous.length);
    },
  );

  it('of a format that is not known here is no empty one', async () => {
    const files = { [REGISTER]: 'schema: helios/exceptions/v9\nexceptions: []\n' };
    expect((await judge({ files })).ids).toEqual(['exception/broken-entry']);
  });
});
