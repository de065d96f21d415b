// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { addTo, plant } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { leaveControlRun, PATH } from './evidence.ts';
import { entry, NOW, register, REGISTER } from './stage.ts';

const LATER = new Date('2026-06-03T12:00:00Z');
const runner = (root: string, now: Date, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: [...args, '--apply'], root, env: { HOME: root }, now });
const registerOf = (root: string): string => readFileSync(join(root, REGISTER), 'utf8');
const proofs = (root: string): { predicateType: string; predicate: Record<string, unknown> }[] =>
  readdirSync(join(root, '.evidence/exceptions')).map((name) =>
    JSON.parse(readFileSync(join(root, '.evidence/exceptions', name), 'utf8')),
  );

/** Its register is changed, and there is no room for the proof: as if it had been killed between the two. */
async function stopped(...args: readonly string[]): Promise<string> {
  const root = plant({
    'helios.yaml': 'version: 1\n',
    [PATH]: 'a: b\n',
    [REGISTER]: register(entry({ close: { when: 'control-pass', control: 'mfa', service: 'web' } })),
  });
  await leaveControlRun(root, '2026-05-22T00:00:00Z', 'pass');
  writeFileSync(join(root, '.evidence/exceptions'), 'in the way');
  const before = registerOf(root);
  const { exit, stderr } = await runner(root, NOW, ...args);
  expect([exit, stderr]).toEqual([2, expect.stringContaining('.evidence/exceptions')]);
  expect(registerOf(root)).not.toBe(before);
  rmSync(join(root, '.evidence/exceptions'));
  return root;
}

const EXTEND = ['extend', 'EXC-2026-001', '--expires', '2026-08-15', '--reason', 'r', '--requester', 'ada'];

describe('the proof of a run that was stopped before it left it', () => {
  it('of auto-close is left by the next run of whatever runner, as of then', async () => {
    const root = await stopped('auto-close');
    const { exit, stdout, stderr } = await runner(root, LATER, 'warn');
    expect([exit, stdout]).toEqual([0, 'nothing to say\n']);
    expect(stderr).toBe('an earlier run was stopped before it left its proof; it is left now\n');
    expect(proofs(root)).toMatchObject([
      {
        predicateType: 'urn:helios:record:exception-closing/v1',
        predicate: { at: NOW.toISOString(), by: 'register', closed: [{ id: 'EXC-2026-001' }] },
      },
    ]);
    expect((await runner(root, LATER, 'warn')).stderr).toBe('');
  });

  it('of extend is left as well', async () => {
    const root = await stopped(...EXTEND);
    await runner(root, LATER, 'auto-close');
    expect(proofs(root).map(({ predicateType }) => predicateType)).toContain(
      'urn:helios:record:exception-extension/v1',
    );
  });

  it('is left although somebody has edited the register since', async () => {
    const root = await stopped('auto-close');
    addTo(root, { [REGISTER]: `# reviewed\n${registerOf(root)}` });
    await runner(root, LATER, 'warn');
    expect(proofs(root)).toHaveLength(1);
  });

  it('is not left where the change is not there: it was never made, or taken back', async () => {
    const root = await stopped('auto-close');
    addTo(root, { [REGISTER]: register(entry()) });
    expect(await runner(root, LATER, 'warn')).toMatchObject({ exit: 0, stderr: '' });
    expect(readdirSync(join(root, '.evidence'))).not.toContain('exceptions');
  });
});
