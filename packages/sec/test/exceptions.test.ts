// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { addTo, BAD, GOOD, repository, sec } from './two-gates.ts';

interface JsonFinding {
  readonly ruleId: string;
  readonly fingerprint: string;
  readonly location: { readonly path: string };
  readonly suppression?: object;
}
interface Verdict {
  readonly exit: number | null;
  readonly findings: readonly JsonFinding[];
  readonly waived: readonly JsonFinding[];
}

const ONE_FINDING = { 'rules/bad.yml': BAD.replace('defense-evasion', 'defense-impairment') };

async function judge(root: string, asOf: string): Promise<Verdict> {
  const args = ['gate', 'attack-mapper', '-f', 'json', '--no-evidence', '--as-of', asOf];
  const { exit, stdout, stderr } = await sec(args, { cwd: root });
  if (stdout === '') throw new Error(stderr);
  const [gate] = (JSON.parse(stdout) as { gates: readonly [Omit<Verdict, 'exit'>] }).gates;
  return { ...gate, exit };
}

/** A register with one approved exception for the finding, as people write it. */
function register(
  { ruleId, fingerprint, location }: JsonFinding,
  changes: Readonly<Record<string, string>> = {},
): string {
  const entry = {
    id: 'EXC-2026-001',
    title: 'Old mapping of the cloud trail rule',
    state: 'approved',
    severity: 'low',
    owner: 'detection team',
    requester: 'alice',
    approver: 'bob',
    reason: 'The rule is replaced with the next release.',
    compensation: 'The vendor alerts on the same event.',
    requested: '2026-05-01',
    approved: '2026-05-02',
    expires: '2026-06-30',
    scope: { rule: ruleId, path: location.path, fingerprint },
    ...changes,
  };
  return JSON.stringify({ schema: 'helios/exceptions/v1', exceptions: [entry] });
}

describe('an approved exception', () => {
  it('takes its finding out of the verdict until the end of its day, in sight all the time', async () => {
    const root = repository(ONE_FINDING);
    const before = await judge(root, '2026-06-01');
    expect(before).toMatchObject({ exit: 1, findings: [{ ruleId: 'mapping/revoked-technique' }], waived: [] });
    const [finding] = before.findings;
    if (!finding) return expect.unreachable();
    addTo(root, { 'exceptions/register.yaml': register(finding) });

    expect(await judge(root, '2026-06-30')).toMatchObject({
      exit: 0,
      findings: [],
      waived: [{ ...finding, suppression: { kind: 'waived', by: 'EXC-2026-001', owner: 'detection team' } }],
    });
    expect(await judge(root, '2026-07-01')).toMatchObject({ exit: 1, findings: [finding], waived: [] });
  });

  it('covers that one finding: not its neighbour, and not what nobody else approved', async () => {
    const root = repository(ONE_FINDING);
    const [finding] = (await judge(root, '2026-06-01')).findings;
    if (!finding) return expect.unreachable();
    addTo(root, { 'exceptions/register.yaml': register(finding), 'rules/new.yml': ONE_FINDING['rules/bad.yml'] });
    expect(await judge(root, '2026-06-01')).toMatchObject({
      exit: 1,
      findings: [{ location: { path: 'rules/new.yml' } }],
      waived: [{ location: { path: 'rules/bad.yml' } }],
    });
    addTo(root, { 'exceptions/register.yaml': register(finding, { approver: 'Alice' }), 'rules/new.yml': GOOD });
    expect(await judge(root, '2026-06-01')).toMatchObject({ exit: 1, waived: [] });
  });
});
