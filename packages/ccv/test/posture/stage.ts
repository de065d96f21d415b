// SPDX-License-Identifier: Apache-2.0
import { gateProgram } from '@helios/core/cli';
import { type Called, call } from '../../../core/test/cli/terminal.ts';
import { gate } from '../../src/posture/gate.ts';

const run = gateProgram({ id: 'posture', description: 'for tests', gate: async () => gate });

interface JsonFinding {
  readonly ruleId: string;
  readonly level: string;
  readonly message: string;
  readonly location: { readonly path: string; readonly line: number };
}

export interface Judged extends Called {
  readonly verdict: string;
  readonly checked: number;
  readonly findings: readonly JsonFinding[];
  readonly metrics: readonly { readonly id: string; readonly value: number }[];
  readonly ids: readonly string[];
}

export const INVENTORY = 'destinations.yaml';

/** The verdict on manifests, as the JSON report has it; `options` are those of the gate, in YAML's flow style. */
export async function judge(files: Readonly<Record<string, string>>, options = ''): Promise<Judged> {
  const config = `version: 1\ngates: {posture: {destinations: ["${INVENTORY}"]${options === '' ? '' : `, ${options}`}}}\n`;
  const called = await call(run, {
    args: ['check', '--no-cache', '--no-evidence', '--format', 'json', '--as-of', '2026-06-01'],
    files: { 'helios.yaml': config, ...files },
  });
  if (called.stdout === '') throw new Error(called.stderr);
  const [result] = (JSON.parse(called.stdout) as { gates: [Omit<Judged, 'ids'>] }).gates;
  return { ...called, ...result, ids: result.findings.map(({ ruleId }) => ruleId) };
}

/** What one rule says of manifests: `line message`. */
export async function told(
  rule: string,
  text: string,
  files: Readonly<Record<string, string>> = {},
  options = '',
): Promise<string[]> {
  const { findings } = await judge({ 'cluster.yaml': text, ...files }, options);
  return findings
    .filter(({ ruleId }) => ruleId === `posture/${rule}`)
    .map(({ location, message }) => `${location.line} ${message}`);
}

export function inventory(...destinations: readonly string[]): Record<string, string> {
  return {
    [INVENTORY]: `schema: helios/destinations/v1\ndestinations:\n${destinations.map((each) => `  - ${each}\n`).join('')}`,
  };
}
