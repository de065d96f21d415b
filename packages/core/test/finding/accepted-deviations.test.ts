// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { acceptFindings, EMPTY_BASELINE, type Exception, type Finding } from '../../src/finding/index.ts';
import { type GateResult, runGate } from '../../src/gate/index.ts';
import { gate } from '../gate/words-gate.ts';
import { refusalOf } from '../input/refusal.ts';
import { addTo, plant } from '../input/tree.ts';
import { DAY, exceptionOf, TERMS } from './drafts.ts';

// How other tools' accepted findings went wrong, each a case of its own. All run the gate that users run.

function judge(root: string, asOf = DAY.before): Promise<GateResult> {
  return runGate(gate, gate.options.parse({ include: ['docs/*.yml'] }), {
    root,
    asOf,
    failOn: 'error',
    levels: {},
    waivers: { exceptions: ['exceptions/*.yaml'], baseline: 'baseline.json' },
    partial: false,
  });
}

const register = (...exceptions: readonly unknown[]): string =>
  stringify({ schema: 'helios/exceptions/v1', exceptions: JSON.parse(JSON.stringify(exceptions)) });
const baseline = (findings: readonly Finding[], terms = TERMS): string =>
  JSON.stringify(acceptFindings(EMPTY_BASELINE, findings, terms));

/** A repository with one forbidden word, an empty baseline and register, and the finding. */
async function repository(): Promise<{ root: string; finding: Finding }> {
  const root = plant({ 'docs/a.yml': 'a: secret\n', 'baseline.json': baseline([]), 'exceptions/r.yaml': register() });
  const [finding] = (await judge(root)).findings;
  if (!finding) return expect.unreachable();
  return { root, finding };
}

async function withException(more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { root, finding } = await repository();
  const scope: Exception['scope'] = {
    rule: finding.ruleId,
    path: finding.location.path,
    fingerprint: finding.fingerprint,
  };
  addTo(root, { 'exceptions/r.yaml': register({ ...exceptionOf({ scope }), ...more }) });
  return root;
}

async function withBaseline(terms = TERMS): Promise<string> {
  const { root, finding } = await repository();
  addTo(root, { 'baseline.json': baseline([finding], terms) });
  return root;
}

const rulesFound = ({ findings }: GateResult): string[] => findings.map(({ ruleId }) => ruleId);

describe('accepted findings', () => {
  it('pass while they hold, and are shown as waived', async () => {
    for (const root of [await withException(), await withBaseline()]) {
      expect(await judge(root)).toMatchObject({
        verdict: 'pass',
        findings: [],
        waived: [{ ruleId: 'words/forbidden' }],
      });
    }
  });

  it('expiry-optional: an exception or entry without a date is refused', async () => {
    const root = await withException({ expires: undefined });
    expect(await refusalOf(() => judge(root))).toMatch(
      /^config exceptions\/r\.yaml:3:5 exceptions\.0\.expires is missing$/,
    );
    const other = await withBaseline();
    addTo(other, { 'baseline.json': baseline([]).replace('[]', '[{"fingerprint": "x"}]') });
    expect(await refusalOf(() => judge(other))).toMatch(/^config baseline\.json:1:\d+ entries\.0/);
  });

  it('owner and reason are as mandatory as the date', async () => {
    for (const key of ['owner', 'reason', 'compensation', 'requester']) {
      const root = await withException({ [key]: undefined });
      expect(await refusalOf(() => judge(root))).toContain(`exceptions.0.${key} is missing`);
    }
  });

  it('expired-still-active-in-normal-run: the filter itself looks at the date', async () => {
    const root = await withException();
    expect(await judge(root, DAY.after)).toMatchObject({ verdict: 'fail', exit: 1, waived: [] });
  });

  it('expired-date-exits-nonzero: a baseline entry past its date is told of, and its finding is back', async () => {
    const result = await judge(await withBaseline(), DAY.after);
    expect(result.exit).toBe(1);
    expect(rulesFound(result)).toEqual(['core/expired-baseline-entry', 'words/forbidden']);
    expect(result.findings[0]).toMatchObject({
      owner: 'team',
      message: 'the entry for words/forbidden in docs/a.yml expired on 2026-12-31',
      location: { path: 'baseline.json' },
    });
  });

  it('inclusive-day: the last day counts to its end in UTC', async () => {
    for (const root of [await withException(), await withBaseline()]) {
      expect((await judge(root, DAY.lastMoment)).verdict).toBe('pass');
      expect((await judge(root, DAY.after)).verdict).toBe('fail');
    }
  });

  it.each(['never', '', '2026-13-01', '2026-02-30', '31.12.2026', '2026-12-31T25:00:00Z', '2099'])(
    'malformed-is-expired, invalid-expiry-means-none: %j is refused, nothing is guessed',
    async (expires) => {
      const root = await withException({ expires });
      expect(await refusalOf(() => judge(root))).toMatch(
        /^config exceptions\/r\.yaml:\d+:\d+ exceptions\.0\.expires: /,
      );
    },
  );

  it('clock-is-parameter: only asOf says what time it is', async () => {
    const root = await withBaseline({ ...TERMS, expires: '1999-12-31' });
    expect((await judge(root, new Date('1999-12-31T12:00:00Z'))).verdict).toBe('pass');
    expect((await judge(root, new Date('2000-01-01T00:00:00Z'))).verdict).toBe('fail');
  });

  it('count-swap-invisible: one mended and one new is not the same as before', async () => {
    const root = await withBaseline();
    addTo(root, { 'docs/a.yml': 'a: open\nb: secret\n' });
    const result = await judge(root);
    expect(result.exit).toBe(1);
    expect(rulesFound(result)).toEqual(['core/stale-baseline-entry', 'words/forbidden']);
  });

  it('deleted-file-entries-stay: an entry for a removed file is stale', async () => {
    const root = await withBaseline();
    addTo(root, { 'docs/b.yml': 'a: open\n', 'docs/a.yml': '' });
    expect(rulesFound(await judge(root))).toEqual(['core/stale-baseline-entry']);
  });

  it('baseline-ignores-resource-change: what changed is found anew', async () => {
    const { root, finding } = await repository();
    addTo(root, { 'baseline.json': baseline([finding]), 'docs/a.yml': 'renamed: secret\n' });
    expect(rulesFound(await judge(root))).toContain('words/forbidden');
  });

  it('but a finding that only moved stays accepted', async () => {
    const root = await withBaseline();
    addTo(root, { 'docs/a.yml': '# moved down\n\n\na: secret # with a comment\n' });
    expect(await judge(root)).toMatchObject({ verdict: 'pass', findings: [] });
  });

  it('requester-approves: suppresses nothing', async () => {
    expect((await judge(await withException({ approver: 'ada' }))).verdict).toBe('fail');
    expect((await judge(await withException({ approver: undefined }))).verdict).toBe('fail');
    expect((await judge(await withException({ state: 'draft' }))).verdict).toBe('fail');
  });

  it('duplicate-across-files-keeps-hidden: two exceptions for one finding are refused, wherever they stand', async () => {
    const { root, finding } = await repository();
    const scope = { rule: finding.ruleId, path: finding.location.path, fingerprint: finding.fingerprint };
    addTo(root, {
      'exceptions/r.yaml': register(exceptionOf({ scope })),
      'exceptions/s.yaml': register(exceptionOf({ scope, id: 'EXC-2026-002', expires: '2036-12-31' })),
    });
    expect(await refusalOf(() => judge(root))).toBe(
      `config exceptions/s.yaml:18:20 ${finding.fingerprint} is taken by an earlier entry, in exceptions/r.yaml`,
    );
    addTo(root, { 'exceptions/s.yaml': register(exceptionOf({ scope: { ...scope, path: 'x' } })) });
    expect(await refusalOf(() => judge(root))).toContain(
      'EXC-2026-001 is taken by an earlier entry, in exceptions/r.yaml',
    );
  });

  it('suppression-hides-crash: a file that cannot be read fails whatever was accepted', async () => {
    const { root } = await repository();
    addTo(root, { 'docs/a.yml': 'a: "open\n' });
    const [unreadable] = (await judge(root)).findings;
    if (!unreadable) return expect.unreachable();
    const entry = {
      fingerprint: unreadable.fingerprint,
      rule: 'words/forbidden',
      path: 'docs/a.yml',
      subject: 's',
      ...TERMS,
    };
    addTo(root, { 'baseline.json': JSON.stringify({ schema: 'helios/baseline/v1', entries: [entry] }) });
    expect(await judge(root)).toMatchObject({ verdict: 'fail', notChecked: 1 });
  });

  it('an exception that says one rule and binds the fingerprint of another suppresses nothing', async () => {
    const { root, finding } = await repository();
    const scope = { rule: 'words/repeated', path: finding.location.path, fingerprint: finding.fingerprint };
    addTo(root, { 'exceptions/r.yaml': register(exceptionOf({ scope })) });
    expect((await judge(root)).verdict).toBe('fail');
  });
});
