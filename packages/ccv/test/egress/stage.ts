// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gateProgram, type Run } from '@helios/core/cli';
import type { Gate } from '@helios/core/gate';
import { z } from 'zod';
import { addEgressCommands } from '../../src/egress/commands.ts';
import { judgeEgress } from '../../src/egress/judge.ts';
import { type EgressInputs, loadEgress } from '../../src/egress/load.ts';
import { egressOptionsSchema } from '../../src/egress/options.ts';
import { EGRESS_RULES } from '../../src/egress/rules.ts';

const options = z.strictObject({ egress: egressOptionsSchema.optional() });

/** The part of the gate that is about egress, as a gate of its own. */
const gate: Gate<typeof options, EgressInputs | undefined> = {
  id: 'ccv',
  title: 'Egress is watched',
  unit: 'alerts and sources',
  rules: EGRESS_RULES,
  options,
  load: (context, { egress }) => loadEgress(context, egress),
  evaluate: (inputs, { egress }, asOf) => judgeEgress(inputs, egress, asOf),
};

export const run: Run = gateProgram({
  id: 'ccv',
  description: 'egress',
  gate: async () => gate,
  commands: addEgressCommands,
});

export const CONFIG = `version: 1
gates:
  ccv:
    egress: {settings: controls/egress/watch.yaml}
connectors:
  soc: {kind: file, path: sent.ndjson}
`;

export const SETTINGS = `schema: helios/egress-settings/v1
baseline: controls/egress/baseline.json
lateness: 60
internal: [cluster.local]
owners:
  - {workload: shop/*, owner: shop@example.com}
  - {workload: 'arn:aws:*/**', owner: cloud@example.com}
storage: {accounts: ['111111111111']}
sources:
  dns:
    kind: domain
    fields: {time: ts, observed: seen, workload: [ns, app], host: query, bytes: out}
  s3: {kind: cloudtrail}
`;

export const FILES = { 'helios.yaml': CONFIG, 'controls/egress/watch.yaml': SETTINGS };

/** Second of the day. */
export const at = (second: number): string => new Date(Date.UTC(2026, 5, 1) + second * 1000).toISOString();

export function dns(second: number, query: string, more: object = {}): string {
  return `${JSON.stringify({ ts: at(second), seen: at(second + 5), ns: 'shop', app: 'web', query, ...more })}\n`;
}

/** The predicates of the records of one kind below a folder, by file. */
export function recordsIn(root: string, kind: string): Map<string, Record<string, unknown>> {
  const folder = join(root, '.evidence/soc');
  const names = readdirSync(folder).filter((name) => name.startsWith(`egress-${kind}-`));
  return new Map(
    names.sort().map((name) => {
      const { predicate } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        predicate: Record<string, unknown>;
      };
      return [name, predicate];
    }),
  );
}
