// SPDX-License-Identifier: Apache-2.0
import { globSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Tree } from '../../core/test/input/tree.ts';

export const HERE = resolve(import.meta.dirname, '../../..');

/** The files below a folder, by path. */
export function treeOf(folder: string, prefix = ''): Record<string, Uint8Array> {
  const paths = globSync('**/*', { cwd: folder }).filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(paths.map((path) => [prefix + path, readFileSync(join(folder, path))]));
}

const RULE = `title: Public Application Exploited
id: 0b7c2f5e-6f0e-4a57-9a4d-0d6a7f1f0a03
tags:
  - attack.initial-access
  - attack.t1190
logsource: {category: webserver}
detection:
  selection: {uri|contains: '..%2f'}
  condition: selection
`;

/** One detection in which nothing is wrong. */
export const GOOD_RULE: Tree = { 'rules/web.yml': RULE };

/** One finding, of `mapping/revoked-technique`. */
export const BAD_RULE: Tree = {
  'rules/web.yml': RULE.replace('t1190', 't1562.008').replace('initial-access', 'defense-impairment'),
};

const POLICIES: Tree = treeOf(join(HERE, 'controls/opa'), 'controls/opa/');

function datasets(stored: string): string {
  return `schema: helios/datasets/v1
datasets:
  - id: traffic
    owner: maintainers
    purpose: research
    classification: internal
    personal_data: []
    transfers: []
    regions: { origin: de, stored: [${stored}], allowed: [de] }
    retention: P1Y
`;
}

/** A dataset that is where it may be, and the policies that say so. */
export const GOOD_DATA: Tree = { ...POLICIES, 'data/a.yaml': datasets('de') };

/** One finding, of `policy/violation`. */
export const BAD_DATA: Tree = { ...POLICIES, 'data/a.yaml': datasets('us') };

const MAPPER = '  attack-mapper: {include: [rules/*.yml]}\n';
const POLICY = '  policy: {sets: [{entrypoint: privacy/residency/decision, include: [data/*.yaml]}]}\n';

/** helios.yaml of the gates named; `top` are lines of its own. */
export function config(gates: readonly ('attack-mapper' | 'policy')[], top = ''): Tree {
  const sections = gates.map((gate) => (gate === 'policy' ? POLICY : MAPPER)).join('');
  return { 'helios.yaml': `version: 1\n${top}gates:\n${sections}` };
}

/** Two gates that pass. */
export const SOUND: Tree = { ...config(['attack-mapper', 'policy']), ...GOOD_RULE, ...GOOD_DATA };
