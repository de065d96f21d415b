// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { formatVerifierKey } from '../../../core/src/evidence/log/note-key.ts';
import { addTo, type Tree } from '../../../core/test/input/tree.ts';
import { addPolicies, BAD, CONFIG, FILES, GOOD } from '../two-gates.ts';
import { git, of, SENDING, SINK, type WritingCommand } from './command.ts';
import { RUNNERS } from './runners.ts';

const AS_OF = ['--as-of', '2026-06-01T12:00:00Z'] as const;
const ORIGIN = 'example.com/team';
const SEAL = ['evidence', 'seal', '--log-key', 'log.key', '--origin', ORIGIN] as const;
const LOG_KEYS = ['evidence', 'keygen', 'log', '--log', ORIGIN] as const;
const GATE = ['gate', ...AS_OF, '-q'] as const;

const MAPPER = 'version: 1\ngates: {attack-mapper: {include: [rules/*.yml]}}\n';
const ONE_GATE: Tree = { 'helios.yaml': MAPPER, 'rules/good.yml': GOOD };
const TERMS = ['--owner', 'soc', '--reason', 'legacy', '--expires', '2026-12-31', ...AS_OF];
const ACCEPTED: Tree = { 'helios.yaml': `baseline: accepted.json\n${MAPPER}`, 'rules/bad.yml': BAD };
const NO_BASELINE = '{"schema": "helios/baseline/v1", "entries": []}\n';

const SCOPE: Tree = {
  ...ONE_GATE,
  'helios.yaml': `version: 1\ngates: {attack-mapper: {include: [rules/*.yml], coverage: [{name: all, scope: scope.yaml}]}}\n`,
  'scope.yaml': 'schema: helios/scope/v1\ntitle: T\ninclude: [T1059.001, T1486]\n',
};

const STIX = JSON.stringify({
  type: 'bundle',
  objects: [
    {
      type: 'x-mitre-tactic',
      id: 'x-mitre-tactic--1',
      name: 'Execution',
      x_mitre_shortname: 'execution',
      external_references: [{ source_name: 'mitre-attack', external_id: 'TA0002' }],
    },
    {
      type: 'attack-pattern',
      id: 'attack-pattern--1',
      name: 'Command and Scripting Interpreter',
      external_references: [{ source_name: 'mitre-attack', external_id: 'T1059' }],
      kill_chain_phases: [{ kill_chain_name: 'mitre-attack', phase_name: 'execution' }],
    },
  ],
});

/** Signatures of P-256 are random. */
const wholeBundle = (path: string, text: string): boolean => {
  if (!path.endsWith('.sigstore.json')) return false;
  const { dsseEnvelope } = JSON.parse(text) as { dsseEnvelope?: { signatures?: unknown[] } };
  return dsseEnvelope?.signatures?.length === 1;
};

const wholeKey = (_path: string, text: string): boolean =>
  /^-----BEGIN (PRIVATE|PUBLIC) KEY-----\n[\w+/=\n]+\n-----END \1 KEY-----\n$/.test(text) ||
  /^example\.com\/team\+[0-9a-f]{8}\+[\w+/]{44}\n$/.test(text);

/** The lock of a process that is long gone. */
const lockOfTheDead = (path: string) => (root: string) =>
  writeFileSync(
    join(root, path),
    JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), start: '1', token: '0'.repeat(32) }),
  );

/** Answers as opa does, with the module of this repository; the sources are newer than the lock. */
function opaStandIn(root: string): void {
  addPolicies(root);
  const opa = join(root, 'opa');
  const module = join(root, 'controls/opa/policy.wasm');
  addTo(root, { 'opa/.keep': '' });
  copyFileSync(module, join(opa, 'policy.wasm'));
  execFileSync('tar', ['-C', opa, '-czPf', join(opa, 'bundle.tar.gz'), '--transform=s,^,/,', 'policy.wasm']);
  const answers = [
    'version) echo "Version: 1.22.0";;',
    `test) echo '[{"package": "data.test", "name": "test_it"}]';;`,
    'build) cp "${0%/*}/bundle.tar.gz" .;;',
  ];
  writeFileSync(join(opa, 'opa'), `#!/bin/sh\ncase $1 in\n${answers.join('\n')}\nesac\n`);
  chmodSync(join(opa, 'opa'), 0o755);
  writeFileSync(module, 'of another compiler');
  const source = join(root, 'controls/opa/abac.rego');
  writeFileSync(source, `${readFileSync(source, 'utf8')}# newer\n`);
}

const mapper = of('attack-mapper');
const detect = of('detect');

const CONNECTION = `${JSON.stringify({
  'evt.type': 'connect',
  'evt.rawres': 0,
  'evt.time': '2026-06-01T12:00:00Z',
  'fd.type': 'ipv4',
  'fd.sip': '192.0.2.1',
  'container.id': 'abc',
  'container.image.repository': 'example/app',
})}\n`;
const TESTED: Tree = {
  'helios.yaml': 'version: 1\ngates: {detect: {include: [rules/*.yml], benign: {include: [logs/*.ndjson]}}}\n',
  'rules/good.yml': GOOD,
  'rules/good.test.yaml': `schema: helios/detection-test/v1
rule: Logging Stopped
file: rules/good.yml
cases:
  - {name: it is stopped, expect: match, events: [{eventSource: cloudtrail.amazonaws.com, eventName: StopLogging}]}
  - {name: it is asked about, expect: no-match, events: [{eventSource: cloudtrail.amazonaws.com, eventName: GetTrail}]}
`,
  'logs/quiet.ndjson': '{"eventSource": "iam.amazonaws.com", "eventName": "GetUser"}\n',
};

export const COMMANDS: readonly WritingCommand[] = [
  {
    name: 'sec gate, two gates',
    args: GATE,
    exit: 1,
    files: { ...FILES, 'helios.yaml': CONFIG, 'rules/bad.yml': BAD },
    before: [addPolicies],
  },
  {
    name: 'sec gate --format …=file, job summary',
    args: [...GATE, '-f', 'json=out/report.json', '-f', 'sarif=out/report.sarif', '-f', 'github', '-o', 'said.txt'],
    exit: 1,
    files: { ...ONE_GATE, 'rules/bad.yml': BAD, 'out/report.json': '{"old": true}\n' },
    env: { GITHUB_STEP_SUMMARY: '<folder>/summary.md' },
    stored(_root, folder) {
      const summary = readFileSync(join(folder, 'summary.md'), 'utf8');
      if (!summary.includes('rules/bad.yml') || !summary.endsWith('\n'))
        throw new Error('the job summary is not whole');
    },
  },
  {
    name: 'sec gate --fix',
    args: [...GATE, '--fix'],
    exit: 0,
    files: { ...ONE_GATE, 'rules/bad.yml': BAD, 'rules/worse.yml': `# Twice.\n${BAD}` },
  },
  {
    name: 'sec gate --key',
    args: [...GATE, '--key', 'helios.key'],
    exit: 0,
    files: ONE_GATE,
    before: [['evidence', 'keygen', 'helios']],
    verify: ['--key', 'helios.pub'],
    complete: ['--require-signed'],
    whole: wholeBundle,
  },
  {
    name: 'sec evidence seal, first entry',
    args: SEAL,
    exit: 0,
    files: ONE_GATE,
    before: [LOG_KEYS, GATE],
    verify: ['--log-key', 'log.vkey'],
    complete: ['--require-sealed'],
  },
  {
    name: 'sec evidence seal, next entry',
    args: SEAL,
    exit: 0,
    files: ONE_GATE,
    before: [LOG_KEYS, GATE, SEAL, ['gate', '--as-of', '2026-06-02', '-q']],
    verify: ['--log-key', 'log.vkey'],
    complete: ['--require-sealed'],
  },
  {
    name: 'sec evidence seal --git-ref',
    args: [...SEAL, '--git-ref', 'refs/evidence/log'],
    exit: 0,
    files: ONE_GATE,
    before: [
      LOG_KEYS,
      GATE,
      (root) => git(root, 'init', '-q'),
      [...SEAL, '--git-ref', 'refs/evidence/log'],
      ['gate', '--as-of', '2026-06-02', '-q'],
    ],
    // A lock that stayed went along to the ref, where it would have barred every other machine.
    always: ({ name, path }) => name === 'rm' && path.endsWith('/.lock'),
    stored(root) {
      const size = git(root, 'show', 'refs/evidence/log:checkpoint').split('\n')[1];
      if (size !== '2') throw new Error(`the log on the ref has ${size} entries`);
      const files = git(root, 'ls-tree', '-r', '--name-only', 'refs/evidence/log').trim().split('\n');
      const strange = files.filter((path) => !/^(checkpoint|tile\/[\w/.]+)$/.test(path) || path.includes('.tmp.'));
      if (strange.length > 0) throw new Error(`the ref holds ${strange.join(', ')}`);
    },
  },
  {
    name: 'sec evidence prove -o',
    args: ['evidence', 'prove', '<roll-up>', '-o', 'run.tlog-proof'],
    exit: 0,
    files: ONE_GATE,
    before: [LOG_KEYS, GATE, SEAL, (root) => addTo(root, { 'run.tlog-proof': 'an older proof\n' })],
  },
  {
    name: 'sec evidence keygen',
    args: ['evidence', 'keygen', 'keys/helios'],
    exit: 0,
    files: { ...ONE_GATE, 'keys/README': '' },
    once: 'refused',
    whole: wholeKey,
    stored: (root) =>
      pair(root, 'keys/helios.key', 'keys/helios.pub', (key) => key.export({ type: 'spki', format: 'pem' }).toString()),
  },
  {
    name: 'sec evidence keygen --log',
    args: LOG_KEYS,
    exit: 0,
    files: ONE_GATE,
    once: 'refused',
    whole: wholeKey,
    stored: (root) => pair(root, 'log.key', 'log.vkey', (key) => `${formatVerifierKey(ORIGIN, key)}\n`),
  },
  {
    name: 'sec baseline accept, first',
    args: ['baseline', 'accept', ...TERMS],
    exit: 0,
    files: { ...ACCEPTED, 'helios.yaml': MAPPER },
  },
  {
    name: 'sec baseline accept, lock of a killed one',
    args: ['baseline', 'accept', ...TERMS],
    exit: 0,
    files: { ...ACCEPTED, 'accepted.json': NO_BASELINE },
    before: [lockOfTheDead('accepted.json.lock')],
  },
  {
    name: 'sec baseline prune',
    args: ['baseline', 'prune', ...AS_OF],
    exit: 0,
    files: { ...ACCEPTED, 'accepted.json': NO_BASELINE },
    before: [
      ['baseline', 'accept', ...TERMS],
      (root) => addTo(root, { 'rules/bad.yml': BAD.replace('t1562.008', 't1685.002') }),
    ],
  },
  {
    name: 'sec init --yes',
    args: ['init', '--yes'],
    exit: 0,
    files: { 'rules/good.yml': GOOD, '.gitignore': 'dist\n' },
  },
  {
    name: 'sec policy build',
    args: ['policy', 'build', '--opa', './opa/opa'],
    exit: 0,
    files: FILES,
    before: [opaStandIn],
  },
  {
    name: 'sec report -o',
    args: ['report', '-o', 'page.html'],
    exit: 0,
    files: { ...ONE_GATE, 'page.html': 'an older page' },
    before: [GATE],
  },
  {
    name: 'sec send run --to a file --apply',
    args: ['send', 'run', '--to', 'sink', '--commit', 'c0', '--apply'],
    exit: 0,
    files: { ...ONE_GATE, 'helios.yaml': SINK + MAPPER, 'sent.ndjson': '' },
    before: [GATE],
    ...SENDING,
  },
  detect({ name: 'sec-detect test --record', args: ['test', '--record', 'results.json'], files: TESTED }),
  detect({ name: 'sec-detect noise --record', args: ['noise', '--record', 'noise.json'], files: TESTED }),
  detect({
    name: 'sec-detect egress learn -o',
    args: ['egress', 'learn', 'falco.ndjson', '-o', 'egress.json'],
    files: { 'falco.ndjson': CONNECTION, 'egress.json': 'an older one\n' },
  }),
  detect({
    name: 'sec-detect behaviour learn',
    args: ['behaviour', 'learn', '-p', 'profile.yaml', '-s', 'state.json', 'events.ndjson'],
    files: {
      'profile.yaml':
        'schema: helios/behaviour/v1\nid: work\ntitle: Work\nfields: {time: clear, who: clear}\ntime: time\nentity: who\n' +
        'features: [{name: reads, kind: count}]\n',
      'events.ndjson': '{"time": "2026-06-01T12:00:00Z", "who": "anna"}\n',
    },
  }),
  mapper({ name: 'sec-attack-mapper heatmap', args: ['heatmap', '-o', 'maps/now'], files: SCOPE }),
  mapper({
    name: 'sec-attack-mapper gaps',
    args: ['gaps'],
    files: { ...SCOPE, 'analytics/.keep': '' },
  }),
  mapper({
    name: 'sec-attack-mapper catalog build',
    args: ['catalog', 'build', 'stix.json', '-o', 'catalog.json', '--release', '19'],
    files: { 'stix.json': STIX, 'catalog.json': '{"old": true}\n' },
  }),
  mapper({
    name: 'sec-attack-mapper migrate --write',
    args: ['migrate', '--from', '18.1', '--to', '19', '--write'],
    files: { ...ONE_GATE, 'rules/bad.yml': BAD, 'rules/worse.yml': `# Twice.\n${BAD}` },
  }),
  ...RUNNERS,
];

/** Both halves are of one pair. */
function pair(root: string, key: string, half: string, halfOf: (key: KeyObject) => string): void {
  const own = halfOf(createPublicKey(readFileSync(join(root, key))));
  if (readFileSync(join(root, half), 'utf8') !== own) throw new Error(`${half} is not the other half of ${key}`);
}
