// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, type Called } from '../../../core/test/cli/terminal.ts';
import { plant } from '../../../core/test/input/tree.ts';
import { run } from '../../src/cli.ts';
import { describePorts } from '../../src/netpol/connect/ports.ts';
import { changesBetween } from '../../src/netpol/show/connections.ts';
import { readFolder } from './np-guard.ts';
import { HERE, NP_GUARD, WHERE } from './shared-data.ts';
import { pod, policy } from './stage.ts';

const PODS = pod('shop/web', { app: 'web' }) + pod('shop/db', { app: 'db' });
const DENY = policy('shop/deny', '{podSelector: {}, policyTypes: [Ingress, Egress]}');
const WEB_TO_DB = [
  policy(
    'shop/out',
    '{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: 5432}]}]}',
  ),
  policy('shop/in', '{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}]}]}'),
].join('');
const TO_MIRROR = policy(
  'shop/mirror',
  '{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 192.0.2.0/28, except: [192.0.2.4/32]}}]}]}',
);
const OPEN = { 'k8s/cluster.yaml': PODS + DENY + WEB_TO_DB + TO_MIRROR };

function netpol(args: readonly string[], files: Readonly<Record<string, string>> = {}, root?: string): Promise<Called> {
  return call(run, { args: ['netpol', ...args], files, ...(root !== undefined && { root }) });
}

describe('netpol list', () => {
  it('writes a line for each connection, and what is true of all of them to stderr', async () => {
    expect(await netpol(['list', 'k8s'], OPEN)).toMatchObject({
      exit: 0,
      stdout: [
        'shop/web[Pod]  →  192.0.2.0/30, 192.0.2.5-192.0.2.15  all connections\n',
        'shop/web[Pod]  →  shop/db[Pod]                        TCP 5432\n',
      ].join(''),
      stderr: 'Policies bind only where the network plugin of the cluster enforces them.\n',
    });
  });

  it('writes JSON and CSV', async () => {
    const { stdout } = await netpol(['list', 'k8s', '-f', 'json'], OPEN);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'helios/connections/v1',
      connections: [
        { source: 'shop/web[Pod]', ports: 'all' },
        { destination: 'shop/db[Pod]', ports: [{ protocol: 'TCP', first: 5432, last: 5432 }] },
      ],
    });
    expect((await netpol(['list', 'k8s', '-f', 'csv'], OPEN)).stdout).toBe(
      'source,destination,connections\r\nshop/web[Pod],"192.0.2.0/30, 192.0.2.5-192.0.2.15",all connections\r\nshop/web[Pod],shop/db[Pod],TCP 5432\r\n',
    );
  });

  it('lists what the configuration of the posture gate names, where no path is given', async () => {
    const config = {
      'helios.yaml': 'version: 1\ngates: {posture: {include: ["k8s/*.yaml"]}}\n',
      'other.yaml': pod('other/x'),
    };
    const { stdout } = await netpol(['list'], { ...OPEN, ...config });
    expect(stdout.split('\n')).toHaveLength(3);
  });

  it.each([
    [['list', 'nowhere'], {}, 2, 'there is no nowhere'],
    [['list', '.', '-f', 'xml'], OPEN, 2, 'Known formats: text, json, csv'],
    [['list', '.'], { 'a.yaml': 'a: [' }, 2, 'not valid YAML'],
    [['list', '.'], { 'a.yaml': policy('a/b', '{podSelectors: {}}') }, 2, 'there is no field "podSelectors" in spec'],
    [['list', '.'], { 'a.txt': '' }, 3, ''],
    [['diff', 'a'], OPEN, 2, 'needs two things to compare'],
    [['diff', '--base', 'main'], OPEN, 2, 'git'],
  ])('says what is wrong: %j', async (args, files, exit, message) => {
    const called = await netpol(args, files);
    expect([called.exit, called.stdout]).toEqual([exit, '']);
    expect(called.stderr).toContain(message);
  });

  it('says that other policies, nodes and Pods on the network of their node are not in it', async () => {
    const files = {
      'a.yaml': `${pod('shop/agent', {}, '', ', hostNetwork: true')}
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: l7}
spec: {}
`,
    };
    const { stderr } = await netpol(['list', '.'], files);
    expect(stderr).toBe(
      'CiliumNetworkPolicy l7 is not evaluated: connections may differ from what is said.\nOn the network of their node, where policies do not bind them: shop/agent[Pod].\n',
    );
  });
});

describe('netpol diff', () => {
  const BEFORE = PODS + DENY + WEB_TO_DB;

  it('fails a change that opens something, and shows both sides', async () => {
    const files = { 'before/a.yaml': BEFORE, 'after/a.yaml': `${BEFORE}${TO_MIRROR}${pod('shop/new')}` };
    expect(await netpol(['diff', 'before', 'after'], files)).toMatchObject({
      exit: 1,
      stdout: '+ shop/web[Pod]  →  192.0.2.0/30, 192.0.2.5-192.0.2.15  no connections  ⟶  all connections\n',
    });
  });

  it('passes one that only closes, and one that changes nothing', async () => {
    const files = { 'before/a.yaml': BEFORE, 'after/a.yaml': PODS + DENY };
    expect(await netpol(['diff', 'before', 'after'], files)).toMatchObject({
      exit: 0,
      stdout: '- shop/web[Pod]  →  shop/db[Pod]  TCP 5432  ⟶  no connections\n',
    });
    expect(await netpol(['diff', 'before', 'before'], files)).toMatchObject({
      exit: 0,
      stdout: 'no connection is opened or closed\n',
    });
  });

  it('sees which addresses were opened, however the rules cut them', async () => {
    const to = (cidr: string): string => TO_MIRROR.replace(/\{cidr.*?\]\}/, `{cidr: ${cidr}}`);
    const files = { 'before/a.yaml': BEFORE + to('192.0.2.0/29'), 'after/a.yaml': BEFORE + to('192.0.2.0/28') };
    const { stdout } = await netpol(['diff', 'before', 'after', '-f', 'csv'], files);
    expect(stdout.split('\r\n').slice(1)).toEqual([
      'opened,shop/web[Pod],192.0.2.8/29,no connections,all connections',
      '',
    ]);
  });

  it('compares with a commit of the repository', async () => {
    const root = plant({
      'helios.yaml': 'version: 1\ngates: {posture: {include: ["k8s/*.yaml"]}}\n',
      'k8s/a.yaml': BEFORE,
    });
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-qm', 'before');
    writeFileSync(join(root, 'k8s', 'a.yaml'), BEFORE + TO_MIRROR);
    const { exit, stdout } = await netpol(['diff', '--base', 'main'], {}, root);
    expect([exit, stdout]).toEqual([1, expect.stringContaining('+ shop/web[Pod]  →  192.0.2.0/30')]);
  });
});

describe.skipIf(!HERE)(`the differences that np-guard expects${WHERE}`, () => {
  const files = HERE
    ? readdirSync(join(NP_GUARD, 'test_outputs', 'diff')).filter(
        (file) => file.endsWith('.txt') && !file.includes('udn_test'),
      )
    : [];

  it.each(files)('are found: %s', async (file) => {
    // A file is named by the state after the change, then that before.
    const [, second = '', first = ''] = /^diff_between_(.+)_and_(.+)\.txt$/.exec(file) ?? [];
    const [before, after] = await Promise.all([first, second].map((name) => readFolder(join(NP_GUARD, 'tests', name))));
    if (!before || !after) return expect.unreachable();
    const found = changesBetween(before.model, after.model)
      .filter(({ source, destination }) => source.kind === 'workload' && destination.kind === 'workload')
      .map(({ source, destination, ...ports }) =>
        [source.name, destination.name, describePorts(ports.before), describePorts(ports.after)].join(' | '),
      );
    const expected = readFileSync(join(NP_GUARD, 'test_outputs', 'diff', file), 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, source = '', destination = '', old = '', now = ''] =
          /source: (.+), destination: (.+), ref1: (.+), ref2: (.+?)(?:, workloads-diff-info: .*)?$/.exec(line) ?? [];
        const isWorkload = [source, destination].every((name) => name.includes('/') && !name.includes('External'));
        return isWorkload
          ? [
              [source, destination, old, now]
                .map((text) => text.replace(/^(All|No) C/, (each) => each.toLowerCase()))
                .join(' | '),
            ]
          : [];
      });
    expect(found.sort()).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(0);
  });
});

describe('netpol graph', () => {
  const svg = async (text: string): Promise<string> => (await netpol(['graph', '.'], { 'a.yaml': text })).stdout;

  it('draws the same bytes each time', async () => {
    const text = PODS + DENY + WEB_TO_DB + TO_MIRROR;
    expect(await svg(text)).toBe(await svg(text));
  });

  it('has a box for each workload, a frame for its namespace, and an arrow for what is open', async () => {
    const picture = await svg(PODS + DENY + WEB_TO_DB + TO_MIRROR);
    expect(picture).toContain('<title>shop/web[Pod] → shop/db[Pod]: TCP 5432</title>');
    expect(picture).toContain('<title>shop/web[Pod] → to 192.0.2.0/30, 192.0.2.5-192.0.2.15: all ports</title>');
    expect([...picture.matchAll(/class="(namespace|workload|outside)"/g)].map(([, kind]) => kind)).toEqual([
      'namespace',
      'workload',
      'workload',
      'outside',
    ]);
  });

  it('draws workloads that may do the same as one', async () => {
    const many = Array.from({ length: 30 }, (_, index) => pod(`shop/pod-${index}`)).join('');
    const picture = await svg(many);
    expect([...picture.matchAll(/class="workload"/g)]).toHaveLength(1);
    expect(picture).toContain('and 23 more');
    expect(picture).toContain('among them: all ports');
  });

  it('refuses what nobody could read', async () => {
    const all = Array.from({ length: 30 }, (_, index) => pod(`shop/p${index}`, { app: `a${index}` })).join('');
    const ports = Array.from({ length: 30 }, (_, index) =>
      policy(
        `shop/p${index}`,
        `{podSelector: {matchLabels: {app: a${index}}}, ingress: [{ports: [{port: ${index + 1}}]}]}`,
      ),
    ).join('');
    const called = await netpol(['graph', '.'], { 'a.yaml': all + ports });
    expect([called.exit, called.stdout]).toEqual([2, '']);
    expect(called.stderr).toContain('arrows are more than anybody can read');
  });

  it('takes names for text, never for markup', async () => {
    const name = '<script>alert(1)</script>"\'&';
    const picture = await svg(`{apiVersion: v1, kind: Pod, metadata: {name: ${JSON.stringify(name)}}, spec: {}}\n`);
    expect(picture).not.toContain('<script');
    expect(picture).toContain('&lt;script&gt;');
  });
});
