// SPDX-License-Identifier: Apache-2.0
// What is public is counted here as it was counted before by other means (notes on ATT&CK mapping, section 4).
import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge, makeTree, NO_SHARED, runCli, SHARED } from './stage.ts';

const here = existsSync(SHARED);

/** A copy that the test may change, with its own configuration. */
function copyOf(folder: string, config = ''): string {
  const root = config === '' ? mkdtempSync(join(tmpdir(), 'helios-corpus-')) : makeTree({ 'helios.yaml': config });
  cpSync(join(SHARED, folder), join(root, 'corpus'), { recursive: true });
  return root;
}

function filesWith(verdict: Awaited<ReturnType<typeof judge>>, rule: string): number {
  return new Set(verdict.findings.filter(({ ruleId }) => ruleId === rule).map(({ location }) => location.path)).size;
}

describe.skipIf(!here)(`the 3,141 Sigma rules${NO_SHARED}`, () => {
  it('are counted as expected against v19', async () => {
    const verdict = await judge(join(SHARED, 'sigma/rules'));
    const sample = (id: string) => verdict.metrics.find((metric) => metric.id === id)?.sample;
    expect(verdict.checked).toBe(3141);
    expect(verdict.notChecked).toBe(0);
    expect(sample('detections.with-technique')).toEqual({ hits: 2795, of: 3141 });
    expect(filesWith(verdict, 'mapping/tactic-only')).toBe(345);
    expect(filesWith(verdict, 'mapping/untagged')).toBe(1);
    expect(filesWith(verdict, 'mapping/tactic-without-technique')).toBe(282);
    expect(filesWith(verdict, 'mapping/technique-without-tactic')).toBe(0);
    expect(sample('techniques.named')).toEqual({ hits: 390, of: 697 });
    expect(sample('techniques.parents')).toEqual({ hits: 170, of: 222 });
    expect(new Set(verdict.ids)).toEqual(
      new Set(['mapping/tactic-only', 'mapping/untagged', 'mapping/tactic-without-technique']),
    );
  });

  it('hold 224 with ids that v18.1 did not have, and none that it had revoked or deprecated', async () => {
    const config = "version: 1\ngates: {attack-mapper: {include: ['corpus/**'], catalogs: {attack: '18.1'}}}\n";
    const verdict = await judge(copyOf('sigma/rules', config));
    expect(filesWith(verdict, 'mapping/unknown-technique')).toBe(224);
    expect(filesWith(verdict, 'mapping/revoked-technique')).toBe(0);
    expect(filesWith(verdict, 'mapping/deprecated-technique')).toBe(0);
    expect(filesWith(verdict, 'mapping/stale-catalog')).toBe(1);
  });
});

describe.skipIf(!here)(`the Falco rules${NO_SHARED}`, () => {
  it('are 56, 7 without a technique and 4 with the old tactic', async () => {
    const verdict = await judge(join(SHARED, 'falco'));
    expect(verdict.checked).toBe(56);
    expect(verdict.ids.filter((id) => id === 'mapping/tactic-only')).toHaveLength(7);
    expect(verdict.ids.filter((id) => id === 'mapping/renamed-tactic')).toHaveLength(4);
    expect(verdict.ids.filter((id) => /unknown|revoked|deprecated/.test(id))).toEqual([]);
  });

  it('lose the old tactic by --fix, which changes those four words and nothing else', async () => {
    const root = copyOf('falco');
    const before = readFileSync(join(root, 'corpus/falco_rules.yaml'), 'utf8');
    await runCli(root, 'check', '--fix', '--no-evidence', 'corpus');
    const after = readFileSync(join(root, 'corpus/falco_rules.yaml'), 'utf8');
    expect(after).toBe(before.replaceAll('mitre_defense_evasion', 'mitre_stealth'));
    expect((await judge(join(root, 'corpus'))).ids).not.toContain('mapping/renamed-tactic');
  });
});

describe.skipIf(!here)(`the Panther rules${NO_SHARED}`, () => {
  it('hold 33 references to T1562 with a replacement each, and 3 to the deprecated T1108', async () => {
    const verdict = await judge(join(SHARED, 'events/panther'));
    const revoked = verdict.findings.filter(({ ruleId }) => ruleId === 'mapping/revoked-technique');
    expect(revoked).toHaveLength(33);
    expect(revoked.every(({ message, fix }) => message.startsWith('T1562') && fix !== undefined)).toBe(true);
    expect(verdict.ids.filter((id) => id === 'mapping/deprecated-technique')).toHaveLength(3);
  });

  it('migrate to v19: every T1562 is replaced with the tactic that it serves now, four entries are left to a person', async () => {
    const root = copyOf('events/panther');
    const first = await runCli(root, 'migrate', '--from', '18.1', '--to', '19', '--write', 'corpus');
    expect(first.exit).toBe(1);
    expect(first.stdout.match(/T1562\S* \(.*\) is revoked/g)).toHaveLength(33);
    expect(first.stdout).toContain('T1562, T1562.001, T1562.006 → T1685');
    expect(
      readFileSync(
        join(root, 'corpus/rules/aws_cloudtrail_rules/aws_bedrock_deletemodelinvocationloggingconfiguration.yml'),
        'utf8',
      ),
    ).toContain('- TA0112:T1690 # Impair Defenses: Impair Command History Logging');
    const second = await runCli(root, 'migrate', '--from', '18.1', '--to', '19', '--write', 'corpus');
    expect(second.stdout).toContain('0 edits made, 4 for a person to decide');
  });
});
