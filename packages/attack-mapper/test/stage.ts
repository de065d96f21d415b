// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../src/cli.ts';

export const ROOT = dirname(dirname(dirname(import.meta.dirname)));
/** Public data beside the repository; tests that need it are skipped, visibly, where it is not. */
export const SHARED = join(dirname(ROOT), 'shared', 'data');
export const NO_SHARED = existsSync(SHARED) ? '' : ' (skipped: ../shared/data is not here)';

/** A folder of its own with the given files; a `helios.yaml` among them makes it a project. */
export function makeTree(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'helios-mapper-')));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as the binary runs it, its output kept. */
export async function runCli(cwd: string, ...argv: string[]): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const output = (add: (text: string) => void) => ({ write: add, isTTY: false, columns: 100 });
  const exit = await run(argv, {
    stdout: output((text) => (stdout += text)),
    stderr: output((text) => (stderr += text)),
    env: { PATH: process.env['PATH'], XDG_CACHE_HOME: join(cwd, '.cache') },
    cwd,
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
  return { exit, stdout, stderr };
}

interface JsonFinding {
  readonly ruleId: string;
  readonly level: string;
  readonly message: string;
  readonly remedy: string;
  readonly location: {
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly endColumn: number;
  };
  readonly fix?: { readonly title: string };
}

/** The verdict on a folder, as the JSON report has it. */
export async function judge(cwd: string, ...argv: string[]) {
  const ran = await runCli(cwd, 'check', '--no-cache', '--no-evidence', '--format', 'json', ...argv);
  if (ran.stdout === '') throw new Error(ran.stderr);
  const [gate] = (JSON.parse(ran.stdout) as { gates: [JsonGate] }).gates;
  return { ...gate, exit: ran.exit, ids: gate.findings.map(({ ruleId }) => ruleId) };
}

interface JsonGate {
  readonly verdict: string;
  readonly checked: number;
  readonly notChecked: number;
  readonly findings: readonly JsonFinding[];
  readonly metrics: readonly {
    readonly id: string;
    readonly value: number;
    readonly sample?: { readonly hits: number; readonly of: number };
  }[];
}

/** A Sigma rule with the given tags. */
export function sigma(tags: readonly string[], extra = ''): string {
  return `title: A rule
id: 6f0c8a1e-0000-4000-8000-000000000001
tags:
${tags.map((tag) => `    - ${tag}\n`).join('')}logsource:
    product: windows
    category: process_creation
detection:
    selection:
        Image|endswith: '\\x.exe'
    condition: selection
${extra}`;
}
