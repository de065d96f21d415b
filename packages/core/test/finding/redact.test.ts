// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/cli/errors.ts';
import { HeliosError } from '../../src/error.ts';
import { resultDocument } from '../../src/evidence/result.ts';
import { redact } from '../../src/finding/redact.ts';
import type { Rule } from '../../src/finding/rule.ts';
import { settleFindings } from '../../src/finding/settle.ts';
import { reportOf } from '../../src/gate/report.ts';
import { crashedGate } from '../../src/gate/run.ts';
import { githubSummary, REPORTERS } from '../../src/report/index.ts';
import { gateResult, TOOL } from '../evidence/report.ts';
import { sourceOf } from '../input/tree.ts';
import { plantedSecrets } from './secrets.ts';

const RULE: Rule = { id: 'words/bad', level: 'error', major: 1, title: 'Bad', why: 'It is.', fix: 'Mend it.' };
const VIEW = { color: false, width: Infinity, pathPrefix: '', quiet: false, perRule: Infinity };
const secrets = plantedSecrets();

describe('a secret in what the user wrote', () => {
  it('may be of more than two hundred kinds', () => {
    expect(new Set(secrets.map(({ kind }) => kind)).size).toBeGreaterThan(200);
  });

  it('of any kind is replaced, by what it is and how long', () => {
    for (const { kind, secret, text } of secrets) {
      const redacted = redact(text);
      expect(redacted, kind).not.toContain(secret);
      expect(redacted, kind).toMatch(/\[redacted [a-z ]+, \d+ characters\]/);
      expect(redact(redacted), kind).toBe(redacted);
    }
  });

  it('of any kind, anywhere in a draft, is in no finding, evidence or report', async () => {
    for (const { kind, secret, text } of secrets) {
      const source = sourceOf('a.yml', `title: |\n  ${text.replaceAll('\n', '\n  ')}\n`);
      const drafts = [
        { at: { pointer: ['title'] }, subject: text, message: `says ${text}`, matched: text, remedy: `Not ${text}.` },
        { at: { pointer: ['title'] }, subject: 'x', message: 'x', references: [text], line: 2 },
      ].map((draft) => ({ ruleId: RULE.id, path: 'a.yml', ...draft }));
      const findings = await settleFindings(drafts, new Map([[RULE.id, RULE]]), {}, new Map([['a.yml', source]]));
      expect(JSON.stringify(findings), kind).not.toContain(secret);
      const result = gateResult({ findings, rules: [RULE] });
      expect(resultDocument(result, TOOL), kind).not.toContain(secret);
      const report = reportOf([result], new Date(0), TOOL);
      for (const [format, draw] of Object.entries(REPORTERS))
        expect(draw(report, VIEW), `${kind} in ${format}`).not.toContain(secret);
      expect(githubSummary(report), kind).not.toContain(secret);
    }
  });

  it('of any kind is in no message of an error, nor in the row of a gate that crashed', () => {
    const gate = { id: 'words', title: 'x', unit: 'x', rules: [], options: {} } as unknown as Parameters<
      typeof crashedGate
    >[0];
    for (const { kind, secret, text } of secrets) {
      expect(describeError(new HeliosError('input', `bad: ${text}`, { hint: `not ${text}` })), kind).not.toContain(
        secret,
      );
      expect(JSON.stringify(crashedGate(gate, `crashed on ${text}`, 70)), kind).not.toContain(secret);
    }
  });

  it('leaves two findings apart, and none of it in their fingerprints', async () => {
    const of = async (secret: string): Promise<string[]> => {
      const drafts = [1, 2].map((line) => ({
        ruleId: RULE.id,
        path: 'a',
        subject: `password=${secret}`,
        message: 'x',
        line,
      }));
      const findings = await settleFindings(drafts, new Map([[RULE.id, RULE]]), {}, new Map());
      return findings.map(({ fingerprint }) => fingerprint);
    };
    const [first, second] = [await of('hunter22'), await of('letmein1')];
    expect(new Set(first).size).toBe(2);
    // Who tries passwords of the same length learns nothing: the fingerprint is the same for all of them.
    expect(first).toEqual(second);
  });
});

describe('what is no secret', () => {
  it.each([
    'T1059.001 (PowerShell) is tagged without any of its tactics',
    'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'controls/exceptions/register.yaml holds EXC-2026-001',
    'Registry Key Set: HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa',
    'the token is missing, and the secret is not set',
    'https://attack.mitre.org/techniques/T1552/001/',
    'Add credential-access.',
    'proc_creation_win_susp_emoji_usage_in_cli_1.yml',
    'password spraying',
  ])('stays: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('and text of any kind takes time in proportion to its length', () => {
    const pieces = [
      'password',
      '=',
      ':',
      ' ',
      'a',
      '"',
      '://',
      '@',
      '-----BEGIN ',
      'PRIVATE KEY',
      'eyJ',
      '.',
      '-',
      '_',
      'key',
      'bearer ',
      '?sig=',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...pieces), fc.constantFrom(...pieces), (a, b) => {
        const text = (a + b).repeat(20_000);
        const started = performance.now();
        redact(text);
        expect(performance.now() - started, a + b).toBeLessThan(1500);
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});
