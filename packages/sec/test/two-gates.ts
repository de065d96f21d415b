// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addTo, plant, type Tree } from '../../core/test/input/tree.ts';

export const ROOT = dirname(dirname(dirname(import.meta.dirname)));
const BIN = join(ROOT, 'packages/sec/src/bin.ts');

export const CONFIG = `version: 1
exceptions: [exceptions/*.yaml]
gates:
  attack-mapper:
    include: ['rules/*.yml']
  policy:
    bundle: controls/opa
    sets:
      - entrypoint: abac/decision
        include: ['access/*.yaml']
`;

const rule = (title: string, ...tags: readonly string[]): string =>
  [
    `title: ${title}`,
    `tags:\n${tags.map((tag) => `  - ${tag}\n`).join('')}logsource: {product: aws, service: cloudtrail}`,
    'detection:\n  selection: {eventName: StopLogging}\n  condition: selection\n',
  ].join('\n');

export const GOOD = rule('Logging Stopped', 'attack.defense-impairment', 'attack.t1685.002');
/** Two findings, both of which --fix mends. */
export const BAD = rule('Logging Stopped', 'attack.defense-evasion', 'attack.t1562.008');

const GRANTS = `schema: helios/grants/v1
grants:
  - id: ci-signer
    title: The gate job signs
    owner: maintainers
    granted: 2026-01-01
    subject: {kind: workload, attributes: {repository: helios, workflow: gate.yml, ref: refs/heads/main}}
    actions: [sign-evidence]
    resource: {kind: evidence, classification: confidential}
    conditions: {purpose: accountability, expires: 2026-12-01}
`;

export const FILES: Tree = {
  'helios.yaml': CONFIG,
  'rules/good.yml': GOOD,
  'access/grants.yaml': GRANTS,
  'exceptions/register.yaml': 'schema: helios/exceptions/v1\nexceptions: []\n',
};

/** A repository with both gates configured and the policies of this one; all passes but for what `more` breaks. */
export function repository(more: Tree = {}): string {
  const root = plant({ ...FILES, ...more });
  addPolicies(root);
  return root;
}

export function addPolicies(root: string): void {
  cpSync(join(ROOT, 'controls/opa'), join(root, 'controls/opa'), { recursive: true });
}

export interface Ended {
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Start {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sends SIGINT, as Ctrl-C does, after so many milliseconds. */
  readonly interruptAfterMs?: number;
  /** Octal digits. */
  readonly umask?: string;
  /** Another program than sec. */
  readonly script?: string;
}

const AS_OF = '2026-06-01T12:00:00Z';

/** Runs sec from its sources as a process of its own. */
export function sec(
  args: readonly string[],
  { cwd, env = {}, interruptAfterMs, umask, script = BIN }: Start,
): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const command = ['umask "$0"; exec "$@"', umask ?? '022', process.execPath, '--conditions=source', script, ...args];
  const child = spawn('sh', ['-c', ...command], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (written.stdout += String(data)));
  child.stderr.on('data', (data) => (written.stderr += String(data)));
  child.on('error', reject);
  child.on('close', (exit, signal) => resolve({ exit, signal, ...written }));
  if (interruptAfterMs !== undefined) setTimeout(() => child.kill('SIGINT'), interruptAfterMs);
  return promise;
}

/** `sec gate` with a fixed clock. */
export const gate = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
  sec(['gate', '--as-of', AS_OF, ...args], { cwd });

export { addTo };
