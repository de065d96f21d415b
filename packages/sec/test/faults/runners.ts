// SPDX-License-Identifier: Apache-2.0
import { canonicalJson, sha256Hex } from '../../../core/src/hash/index.ts';
import type { Tree } from '../../../core/test/input/tree.ts';
import { git, of, SENDING, SINK, type WritingCommand } from './command.ts';

const ccv = of('ccv');
const exception = of('exception');

const register = (expires: string): string => `schema: helios/exceptions/v1
exceptions:
  - id: EXC-2026-001
    title: T
    state: approved
    severity: low
    owner: o
    requester: ada
    approver: grace
    reason: r
    compensation: c
    requested: 2026-05-01
    approved: 2026-05-02
    expires: ${expires}
    scope: {rule: a/b, path: p, fingerprint: '${'0'.repeat(64)}'}
`;

const REGISTER = 'controls/exceptions/register.yaml';
/** It is in effect, about to expire, and over, on 1 June 2026. */
const [ACTIVE, ENDING, OVER] = [register('2099-07-31'), register('2026-06-03'), register('2026-05-31')];

/** What a runner has left: its file is named after what it says. */
function record(area: string, name: string, kind: string, predicate: Readonly<Record<string, unknown>>): Tree {
  const text = canonicalJson({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'controls/any.yaml', digest: { sha256: 'c'.repeat(64) } }],
    predicateType: `urn:helios:record:${kind}/v1`,
    predicate: { schema: `helios/${kind}/v1`, ...predicate },
  });
  return { [`.evidence/${area}/${name}-${sha256Hex(text).slice(0, 12)}.intoto.json`]: text };
}

const AT = '2026-05-31T12:00:00.000Z';
const ran = (outcome: string): Tree =>
  record('ccv', 'alarm', 'control-run', {
    control: 'alarm',
    service: 'shop',
    tier: 1,
    outcome,
    reason: 'r',
    started: AT,
    finished: AT,
    rollback: { verified: true, proof: 'a'.repeat(64) },
  });
const PROBE = '  - {kind: dns, name: answer, query: shop.example, expect: {/0: 192.0.2.1}}\n';
const FAILED: Tree = {
  'helios.yaml': `version: 1\n${SINK}`,
  'sent.ndjson': '',
  'controls/ccv/services.yaml':
    'schema: helios/services/v1\nservices:\n  - {id: shop, title: Shop, tier: 1, owner: team}\n',
  'controls/ccv/alarm.yaml':
    'schema: helios/control/v1\nid: alarm\ntitle: Alarm\nservice: shop\ntier: 1\nowner: team\nexpires: 2026-12-31\n' +
    `steady:\n${PROBE}verify:\n${PROBE}`,
  ...ran('fail'),
};

const WATCHED: Tree = {
  'helios.yaml': `version: 1\n${SINK}`,
  'sent.ndjson': '',
  'controls/egress/watch.yaml':
    'schema: helios/egress-settings/v1\nbaseline: baseline.json\nsources:\n' +
    '  dns: {kind: domain, fields: {time: ts, workload: [app], host: query}}\n',
  'dns.ndjson': '{"ts": "2026-06-01T11:00:00Z", "app": "web", "query": "www.example.com"}\n',
};
const DESTINATION = { kind: 'domain', name: 'example.com', first: '2026-05-01', last: '2026-05-31', days: 9 };
const ALERT = '0123456789abcdef';
const ALERTED: Tree = {
  ...WATCHED,
  ...record('soc', 'egress-first-seen', 'egress-alert', {
    id: ALERT,
    kind: 'first-seen',
    source: 'dns',
    workload: 'web',
    at: AT,
    late: false,
    destination: { kind: 'domain', name: 'example.com' },
  }),
};

/** Its control has passed, and it waits for that. */
const GREEN: Tree = {
  'helios.yaml': `version: 1\n${SINK}`,
  [REGISTER]: `${ACTIVE}    close: {when: control-pass, control: alarm}\n`,
  ...ran('pass'),
};
const OVERDUE: Tree = {
  'helios.yaml': `version: 1\n${SINK}`,
  'sent.ndjson': '',
  'routing.yaml': 'schema: helios/exception-routing/v1\nroutes: []\notherwise: [{after: 0, to: sink}]\n',
  [REGISTER]: OVER,
};

export const RUNNERS: readonly WritingCommand[] = [
  ccv({
    name: 'sec-ccv open-prs --apply',
    args: ['open-prs', '--to', 'sink', '--apply'],
    files: FAILED,
    ...SENDING,
    // A record that follows an issue of before names it by its key, and not by its address.
    varies: '.evidence/ccv/failure-alarm-',
  }),
  ccv({ name: 'sec-ccv baseline -o', args: ['baseline', '-o', 'baseline.json'], files: FAILED }),
  ccv({
    name: 'sec-ccv metrics -o',
    args: ['metrics', '-o', 'ccv.prom'],
    files: { ...FAILED, 'ccv.prom': 'an older one\n' },
  }),
  ccv({
    name: 'sec-ccv dashboard',
    args: ['dashboard', '-o', 'board.json'],
    files: { 'board.json': 'an older one\n' },
  }),
  ccv({ name: 'sec-ccv egress learn', args: ['egress', 'learn', 'dns=dns.ndjson'], files: WATCHED }),
  ccv({
    name: 'sec-ccv egress review',
    args: ['egress', 'review', '--by', 'ada'],
    files: {
      ...WATCHED,
      'baseline.json': JSON.stringify({
        schema: 'helios/egress-known/v1',
        workloads: [{ workload: 'web', destinations: [DESTINATION] }],
      }),
    },
  }),
  ccv({
    name: 'sec-ccv egress watch',
    args: ['egress', 'watch', 'dns=dns.ndjson', '--state', 'state/watch.json', '--drain'],
    files: WATCHED,
    once: 'idle',
  }),
  ccv({
    name: 'sec-ccv egress triage',
    args: ['egress', 'triage', ALERT, '--by', 'ada', '--verdict', 'benign', '--note', 'n'],
    files: ALERTED,
  }),
  ccv({
    name: 'sec-ccv egress notify --apply',
    args: ['egress', 'notify', '--to', 'sink', '--apply'],
    files: ALERTED,
    ...SENDING,
  }),
  ccv({
    name: 'sec-ccv netpol graph -o',
    args: ['netpol', 'graph', 'pods.yaml', '-o', 'graph.svg'],
    files: {
      'pods.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: n}\nspec: {containers: [{name: c, image: i}]}\n',
    },
  }),
  exception({ name: 'sec-exception auto-close --apply', args: ['auto-close', '--apply'], files: GREEN }),
  exception({
    name: 'sec-exception auto-close --to a file --apply',
    args: ['auto-close', '--to', 'sink', '--apply'],
    files: { ...GREEN, 'sent.ndjson': '' },
    before: [
      (root) => {
        git(root, 'init', '-q', '-b', 'main');
        git(root, 'add', REGISTER);
        git(root, 'commit', '-qm', 'x');
      },
    ],
    ...SENDING,
  }),
  exception({
    name: 'sec-exception extend --apply',
    args: ['extend', 'EXC-2026-001', '--expires', '2026-08-15', '--reason', 'r', '--requester', 'ada', '--apply'],
    files: { [REGISTER]: ENDING },
    once: 'refused',
  }),
  exception({
    name: 'sec-exception warn --to a file --apply',
    args: ['warn', '--to', 'sink', '--apply'],
    files: { ...OVERDUE, [REGISTER]: ENDING },
    ...SENDING,
  }),
  exception({
    name: 'sec-exception page --apply',
    args: ['page', '--routing', 'routing.yaml', '--apply'],
    files: OVERDUE,
    ...SENDING,
  }),
  exception({
    name: 'sec-exception burn-down --apply',
    args: ['burn-down', '--days', '30', '--apply'],
    files: { [REGISTER]: ACTIVE, 'analytics/dashboards/exceptions.svg': 'an older one\n' },
  }),
  exception({
    name: 'sec-exception poam export -o',
    args: ['poam', 'export', '-o', 'poam.json'],
    files: { [REGISTER]: ACTIVE, 'poam.json': 'an older one\n' },
  }),
];
