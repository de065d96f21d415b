// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Check, expectExit } from './check.ts';
import { ROOT } from './sample.ts';

const HOOKS = ['helios', 'helios-attack-mapper'] as const;
const RULE = (technique: string): string =>
  `title: T\ntags: [attack.${technique}]\nlogsource: {product: aws, service: cloudtrail}\n` +
  'detection:\n  selection: {eventName: StopLogging}\n  condition: selection\n';

/** pre-commit takes our hooks, fetches them as they are committed here, and stops a commit by their exit codes. */
export function checkPreCommit(preCommit: string): Check[] {
  const folder = mkdtempSync(join(tmpdir(), 'helios-pre-commit-'));
  const repository = join(folder, 'repository');
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      encoding: 'utf8',
    });
  const write = (path: string, text: string): void => writeFileSync(join(repository, path), text);
  const env = { ...process.env, PRE_COMMIT_HOME: join(folder, 'home') };
  const hook = (name: string, accepted: boolean, id: string): Check => {
    git('add', '-A');
    return expectExit(`${id} on ${name}`, accepted, preCommit, ['run', id], { cwd: repository, env });
  };
  try {
    mkdirSync(join(repository, 'rules'), { recursive: true });
    const revision = execFileSync('git', ['-C', ROOT, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
    const hooks = HOOKS.map((id) => `      - id: ${id}\n`).join('');
    git('init', '-q');
    write('helios.yaml', 'version: 1\ngates: {attack-mapper: {include: [rules/*.yml]}}\n');
    write('.pre-commit-config.yaml', `repos:\n  - repo: file://${ROOT}\n    rev: ${revision}\n    hooks:\n${hooks}`);
    write('rules/a.yml', RULE('t1685.002'));
    const manifest = join(ROOT, '.pre-commit-hooks.yaml');
    const checks = [expectExit('validate-manifest', true, preCommit, ['validate-manifest', manifest], { env })];
    checks.push(...HOOKS.map((id) => hook('a live technique', true, id)));
    write('rules/a.yml', RULE('t1562.008'));
    checks.push(...HOOKS.map((id) => hook('a revoked technique', false, id)));
    // What is mended, but not staged, is not what would be committed.
    git('add', '-A');
    write('rules/a.yml', RULE('t1685.002'));
    const staged = { cwd: repository, env };
    checks.push(...HOOKS.map((id) => expectExit(`${id} on what is staged`, false, preCommit, ['run', id], staged)));
    write('helios.yaml', 'version: 1\nnope: true\n');
    checks.push(...HOOKS.map((id) => hook('a wrong configuration', false, id)));
    return checks;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
