// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlRun } from '@helios/core/record';
import { describe, expect, it } from 'vitest';
import { call } from '../../core/test/cli/terminal.ts';
import { run } from '../src/cli.ts';
import { Project } from './run/project.ts';
import { ROOT, temporaryFolder } from './stage.ts';

/** The controls start the binaries, as users do. */
const UNBUILT = ['attack-mapper', 'detect', 'sec'].some(
  (name) => !existsSync(join(ROOT, `packages/${name}/dist/bin.js`)),
);

const ccv = (...args: readonly string[]) =>
  call(run, { args: [...args], root: ROOT, env: { PATH: process.env['PATH'] ?? '' }, now: new Date() });

describe('the controls of this repository', () => {
  it('can be read, and every service of tier 1 and 2 has one', async () => {
    expect(await ccv('run', '--dry-run')).toMatchObject({ exit: 0, stderr: '' });
    const { stdout } = await ccv('plan', '--format', 'json', '--evidence-dir', temporaryFolder());
    expect(JSON.parse(stdout)).toMatchObject({ uncovered: [] });
  });

  it('look like the one in the README, which can be read', async () => {
    const readme = readFileSync(join(ROOT, 'packages/ccv/README.md'), 'utf8');
    const [, example = ''] = /```yaml\n(# yaml-language-server[^]*?)```/.exec(readme) ?? [];
    const project = new Project([]);
    const services =
      'schema: helios/services/v1\nservices: [{ id: sandbox, title: Sandbox, tier: 1, owner: "@platform" }]\n';
    writeFileSync(join(project.root, 'controls/ccv/services.yaml'), services);
    writeFileSync(join(project.root, 'controls/ccv/example.yaml'), example.replace('[ … ]', '[]'));
    expect(await project.run('--dry-run')).toMatchObject({ exit: 0, stderr: '' });
  });

  it.skipIf(UNBUILT)(`pass${UNBUILT ? ' (skipped: npm run build has not been run)' : ''}`, async () => {
    const state = ['--state', temporaryFolder(), '--evidence-dir', temporaryFolder()];
    // Each starts binaries a few times; all of them run in the weekly job, and here where there is time.
    const few = process.env['HELIOS_THOROUGH'] === '1' ? [] : ['stale-policy-is-refused'];
    const { stdout } = await ccv('run', ...few, '--format', 'json', ...state);
    const records = JSON.parse(stdout) as ControlRun[];
    expect(records.map(({ control, outcome, reason }) => ({ control, outcome, reason }))).toEqual(
      records.map(({ control }) => ({ control, outcome: 'pass', reason: expect.any(String) })),
    );
    expect(records.map(({ rollback }) => rollback?.verified)).toEqual(records.map(() => true));
  });
});
