// SPDX-License-Identifier: Apache-2.0
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, parseCheckFlags } from '@helios/core/cli/actions';
import { createRun } from '@helios/core/cli';
import { fail } from '@helios/core/error';
import { runGate } from '@helios/core/gate';
import { sha256Hex } from '@helios/core/hash';
import { describe, expect, it } from 'vitest';
import { type Call, call } from '../../core/test/cli/terminal.ts';
import { plant } from '../../core/test/input/tree.ts';
import { allGates } from '../src/all-gates.ts';
import { run } from '../src/cli.ts';
import { executeInThread } from '../src/execute.ts';
import { sec } from './child.ts';
import { BAD_DATA, BAD_RULE, config, GOOD_DATA, GOOD_RULE, HERE, SOUND } from './repository.ts';

const BOTH = config(['attack-mapper', 'policy']);

interface Row {
  readonly gate: string;
  readonly verdict: string;
  readonly exit: number;
  readonly checked: number;
  readonly findings: readonly { readonly ruleId: string; readonly level: string }[];
  readonly error?: string;
}

interface Judged {
  readonly exit: number;
  readonly verdict: string;
  readonly gates: readonly Row[];
}

/** The report of a run, as machines read it. */
async function judged({ args, ...rest }: Call, program = run): Promise<Judged> {
  const called = await call(program, { args: [...args, '--format', 'json'], ...rest });
  const report = JSON.parse(called.stdout) as Judged;
  expect(report.exit).toBe(called.exit);
  return report;
}

/** `sec gate` whose gates run as a test says. */
function gatesRun(execute: NonNullable<Parameters<typeof check>[0]['execute']>): typeof run {
  return createRun({
    name: 'sec',
    version: '0',
    description: 'As sec gate.',
    commands(program, io, done) {
      program
        .command('gate')
        .option('-f, --format <name>')
        .action(async ({ format = 'text' }: { format?: string }) => {
          done(await check({ ...allGates([], parseCheckFlags([], { format: [format] })), execute }, io));
        });
    },
  });
}

describe('sec gate', () => {
  it('runs all configured gates, in one order whatever the order of the configuration', async () => {
    const report = await judged({ args: ['gate'], files: { ...SOUND, ...config(['policy', 'attack-mapper']) } });
    expect(report).toMatchObject({
      exit: 0,
      verdict: 'pass',
      gates: [
        { gate: 'attack-mapper', verdict: 'pass', exit: 0, checked: 1, findings: [] },
        { gate: 'policy', verdict: 'pass', exit: 0, checked: 1, findings: [] },
      ],
    });
  });

  it('runs only the gates that are named', async () => {
    const report = await judged({ args: ['gate', 'policy'], files: { ...SOUND, ...BAD_RULE } });
    expect(report).toMatchObject({ exit: 0, gates: [{ gate: 'policy', verdict: 'pass' }] });
    const other = await judged({ args: ['gate', 'attack-mapper'], files: { ...SOUND, ...BAD_RULE } });
    expect(other).toMatchObject({ exit: 1, gates: [{ gate: 'attack-mapper', verdict: 'fail' }] });
  });

  it('runs a gate once that is named twice', async () => {
    const { gates } = await judged({ args: ['gate', 'policy', 'policy'], files: SOUND });
    expect(gates).toHaveLength(1);
  });

  it('fails when one of its gates fails, with the findings of each in its own row', async () => {
    const { exit, gates } = await judged({ args: ['gate'], files: { ...BOTH, ...BAD_RULE, ...BAD_DATA } });
    expect(exit).toBe(1);
    expect(gates.map(({ gate, findings }) => [gate, findings.map(({ ruleId }) => ruleId)])).toEqual([
      ['attack-mapper', ['mapping/revoked-technique']],
      ['policy', ['policy/violation']],
    ]);
  });

  it('judges by the same content from any folder below helios.yaml', async () => {
    expect(await judged({ args: ['gate'], files: SOUND, cwd: 'rules' })).toMatchObject({ exit: 0 });
  });
});

describe('sec gate refuses', () => {
  const rows: readonly (Call & { readonly name: string; readonly says: string })[] = [
    {
      name: 'an unknown gate, and names the one that is meant',
      args: ['gate', 'polcy'],
      files: SOUND,
      says: 'sec: unknown gate "polcy"\n  → Did you mean "policy"?\n',
    },
    {
      name: 'a gate that is not configured, and lists those that are',
      args: ['gate', 'policy'],
      files: { ...config(['attack-mapper']), ...GOOD_RULE },
      says: 'sec: unknown gate "policy"\n  → Gates: attack-mapper.\n',
    },
    {
      name: 'an unknown gate in helios.yaml at its line, and names the one that is meant',
      args: ['gate'],
      files: { 'helios.yaml': 'version: 1\ngates:\n  atack-mapper: {}\n' },
      says: 'sec: helios.yaml:3:3: unknown key "atack-mapper" in gates\n  → Did you mean "attack-mapper"?\n',
    },
    {
      name: 'an unknown gate in helios.yaml even when another one is named',
      args: ['gate', 'policy'],
      files: { 'helios.yaml': 'version: 1\ngates:\n  policy: {sets: []}\n  quantum: {}\n' },
      says: 'sec: helios.yaml:4:3: unknown key "quantum" in gates\n  → Known keys: attack-mapper, ccv, detect, exception, policy, posture.\n',
    },
    {
      name: 'a configuration without gates',
      args: ['gate'],
      files: { 'helios.yaml': 'version: 1\n' },
      says: 'sec: helios.yaml: names no gates\n  → Gates: attack-mapper, ccv, detect, exception, policy, posture.\n',
    },
    {
      name: 'a folder without helios.yaml',
      args: ['gate'],
      files: GOOD_RULE,
      says: 'sec: no helios.yaml in <root> or above\n  → Write one, or name it with --config.\n',
    },
    {
      name: 'an unknown option of a gate at its line, before any gate runs',
      args: ['gate'],
      files: { 'helios.yaml': 'version: 1\ngates:\n  attack-mapper:\n    inclde: [rules/*.yml]\n' },
      says: 'sec: helios.yaml:4:5: unknown key "inclde" in gates.attack-mapper\n  → Did you mean "include"?\n',
    },
  ];
  it.each(rows)('$name', async ({ name: _name, says, ...request }) => {
    const { exit, stdout, stderr } = await call(run, request);
    expect({ exit, stdout, stderr }).toEqual({ exit: 2, stdout: '', stderr: says });
  });
});

describe('a gate that cannot judge', () => {
  const files = { ...BOTH, ...BAD_RULE, ...GOOD_DATA };

  it('is a row with exit 70 when it crashes, and the others report', async () => {
    const crash = gatesRun(async (gate, options, settings) => {
      if (gate.id === 'policy') throw new TypeError('undefined is not a policy');
      return runGate(gate, options, settings);
    });
    expect(await judged({ args: ['gate'], files }, crash)).toMatchObject({
      exit: 70,
      verdict: 'error',
      gates: [
        { gate: 'attack-mapper', verdict: 'fail', exit: 1, findings: [{ ruleId: 'mapping/revoked-technique' }] },
        { gate: 'policy', verdict: 'error', exit: 70, checked: 0, error: 'undefined is not a policy' },
      ],
    });
  });

  it('is a row with exit 2 when a user can mend the cause, with place and remedy', async () => {
    const refuse = gatesRun(async (gate, options, settings) => {
      if (gate.id === 'policy') fail('policy', 'is stale', { path: 'controls/opa/policy.lock', hint: 'Build it.' });
      return runGate(gate, options, settings);
    });
    expect((await judged({ args: ['gate'], files }, refuse)).gates).toMatchObject([
      { gate: 'attack-mapper', exit: 1 },
      { gate: 'policy', verdict: 'error', exit: 2, error: 'controls/opa/policy.lock: is stale\n  → Build it.' },
    ]);
  });

  it('is a row with exit 70 when its thread throws what nobody expects', async () => {
    // Options that no schema has parsed: the gate in the thread trips over them.
    const trip = gatesRun((gate, options, settings) =>
      executeInThread(gate, gate.id === 'policy' ? null : options, settings),
    );
    const { exit, gates } = await judged({ args: ['gate'], files }, trip);
    expect(exit).toBe(70);
    expect(gates).toMatchObject([
      { gate: 'attack-mapper', exit: 1 },
      { gate: 'policy', exit: 70 },
    ]);
  });

  it('is a row with exit 70 when its thread ends without a word', async () => {
    const root = plant({
      ...files,
      'die.mjs': `import { isMainThread, workerData } from 'node:worker_threads';
        if (!isMainThread && workerData.id === 'policy') process.exit(9);`,
    });
    const { exit, stdout } = await sec(['gate', '--format', 'json'], { cwd: root, preload: join(root, 'die.mjs') });
    expect(exit).toBe(70);
    expect((JSON.parse(stdout) as Judged).gates).toMatchObject([
      { gate: 'attack-mapper', exit: 1 },
      { gate: 'policy', exit: 70, error: "the gate's thread ended with 9 before it had judged" },
    ]);
  });

  it('is a row with exit 2 when its policies are missing, and crosses the border of its thread whole', async () => {
    const { exit, gates } = await judged({ args: ['gate'], files: { ...BOTH, ...GOOD_RULE } });
    expect(exit).toBe(2);
    expect(gates).toMatchObject([
      { exit: 0 },
      { gate: 'policy', exit: 2, error: expect.stringContaining('controls/opa') },
    ]);
    expect(gates[1]?.error).toContain('\n  → ');
  });

  it('leaves no statement of its own; the roll-up says that it crashed', async () => {
    const crash = gatesRun(async (gate, options, settings) => {
      if (gate.id === 'policy') throw new Error('lost');
      return runGate(gate, options, settings);
    });
    const { root } = await call(crash, { args: ['gate'], files });
    expect(globSync('.evidence/gates/*', { cwd: root }).filter((path) => path.includes('policy'))).toEqual([]);
    const rollup = readRollup(root);
    expect(rollup.predicate.verificationResult).toBe('FAILED');
    expect(rollup.predicate.inputAttestations).toHaveLength(1);
    expect(await call(run, { args: ['evidence', 'verify'], root })).toMatchObject({ exit: 0 });
  });
});

describe('nothing to check', () => {
  const empty = (optional: string): Record<string, string> => ({
    'helios.yaml': `version: 1\ngates:\n  attack-mapper: {include: [none/*.yml]${optional}}\n`,
  });

  it('is exit 3: neither pass nor fail', async () => {
    expect(await judged({ args: ['gate'], files: empty('') })).toMatchObject({
      exit: 3,
      verdict: 'nothing-checked',
      gates: [{ verdict: 'nothing-checked', exit: 3, checked: 0 }],
    });
  });

  it('passes where the configuration says that it may be, and the row still says that nothing was checked', async () => {
    expect(await judged({ args: ['gate'], files: empty(', optional: true') })).toMatchObject({
      exit: 0,
      gates: [{ verdict: 'nothing-checked', exit: 0, checked: 0 }],
    });
  });

  it('is worse than a pass of another gate, and better than a failure', async () => {
    // No rules/*.yml are there.
    expect((await judged({ args: ['gate'], files: { ...BOTH, ...GOOD_DATA } })).exit).toBe(3);
    expect((await judged({ args: ['gate'], files: { ...BOTH, ...BAD_DATA } })).exit).toBe(1);
  });
});

interface Rollup {
  readonly predicate: {
    readonly verificationResult: string;
    readonly inputAttestations: readonly { readonly uri?: string; readonly digest: { readonly sha256: string } }[];
  };
}

function readRollup(root: string): Rollup {
  const [path = ''] = globSync('.evidence/builds/*.intoto.json', { cwd: root });
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Rollup;
}

describe('the roll-up of a run', () => {
  it("is one, and names every gate's statement by its digest", async () => {
    const { root } = await call(run, { args: ['gate'], files: SOUND });
    expect(globSync('.evidence/builds/*.intoto.json', { cwd: root })).toHaveLength(1);
    const statements = globSync('.evidence/gates/*.intoto.json', { cwd: root }).sort();
    expect(statements).toHaveLength(2);
    const digests = statements.map((path) => sha256Hex(readFileSync(join(root, path))));
    const { predicate } = readRollup(root);
    expect(predicate.inputAttestations.map(({ digest }) => digest.sha256).sort()).toEqual(digests.sort());
    expect(predicate.verificationResult).toBe('PASSED');
  });
});

describe("Helios' own content", () => {
  it('passes its own gates', async () => {
    const report = await judged({
      args: ['gate', '--no-evidence'],
      root: HERE,
      now: new Date('2026-11-21T12:00:00Z'),
    });
    expect(report.gates.map(({ gate, verdict }) => ({ gate, verdict }))).toEqual([
      { gate: 'attack-mapper', verdict: 'pass' },
      { gate: 'ccv', verdict: 'pass' },
      { gate: 'detect', verdict: 'pass' },
      { gate: 'exception', verdict: 'pass' },
      { gate: 'policy', verdict: 'pass' },
      { gate: 'posture', verdict: 'pass' },
    ]);
    for (const { checked, findings } of report.gates) {
      expect(checked).toBeGreaterThan(0);
      expect(findings.filter(({ level }) => level !== 'note')).toEqual([]);
    }
  });
});

describe('the rules of all gates', () => {
  it('are listed, and each is explained', async () => {
    const { stdout } = await call(run, { args: ['rules', '--format', 'json'] });
    const ids = (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(['mapping/revoked-technique', 'policy/violation', 'core/symbolic-link']),
    );
    for (const id of ids) expect(await call(run, { args: ['explain', id] })).toMatchObject({ exit: 0 });
  });
});
