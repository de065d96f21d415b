// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HERE, NETPOL, WHERE } from './shared-data.ts';
import { namespace, pod, read, talk } from './stage.ts';

const ALL = 'all connections';
const NONE = 'no connections';

/** Pods that the recipes speak of, in the default namespace and in others. */
const PODS = [
  namespace('default'),
  namespace('prod', { purpose: 'production' }),
  namespace('ops', { team: 'operations' }),
  pod('default/web', { app: 'web' }),
  pod('default/foo', { app: 'foo' }),
  pod('default/api', { app: 'bookstore', role: 'api' }),
  pod('default/search', { app: 'bookstore', role: 'search' }),
  pod('default/db', { app: 'bookstore', role: 'db' }),
  pod('default/inventory', { app: 'inventory', role: 'web' }),
  pod('default/apiserver', { app: 'apiserver' }),
  pod('default/monitoring', { role: 'monitoring' }),
  pod('prod/client', {}),
  pod('ops/monitoring', { type: 'monitoring' }),
  pod('ops/other', {}),
  pod('kube-system/dns', { 'k8s-app': 'kube-dns' }),
].join('');
const OUT = '198.51.100.1';

/** What each recipe promises in its title, as connections that pass and that do not. */
const PROMISES: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  '01-deny-all-traffic-to-an-application-1': [
    ['default/foo', 'default/web', NONE],
    [OUT, 'default/web', NONE],
    ['default/web', 'default/foo', ALL],
  ],
  '02-limit-traffic-to-an-application-1': [
    ['default/search', 'default/api', ALL],
    ['default/web', 'default/api', NONE],
    [OUT, 'default/api', NONE],
  ],
  '02a-allow-all-traffic-to-an-application-1': [
    ['ops/other', 'default/web', ALL],
    [OUT, 'default/web', ALL],
  ],
  '03-deny-all-non-whitelisted-traffic-in-the-namespace-1': [
    ['default/foo', 'default/web', NONE],
    ['default/web', 'prod/client', ALL],
    ['prod/client', 'ops/other', ALL],
  ],
  '04-deny-traffic-from-other-namespaces-1': [
    ['default/foo', 'default/web', ALL],
    ['prod/client', 'default/web', NONE],
    [OUT, 'default/web', NONE],
  ],
  '05-allow-traffic-from-all-namespaces-1': [
    ['prod/client', 'default/web', ALL],
    ['default/foo', 'default/web', ALL],
    [OUT, 'default/web', NONE],
  ],
  '06-allow-traffic-from-a-namespace-1': [
    ['prod/client', 'default/web', ALL],
    ['ops/other', 'default/web', NONE],
    ['default/foo', 'default/web', NONE],
  ],
  '07-allow-traffic-from-some-pods-in-another-namespace-1': [
    ['ops/monitoring', 'default/web', ALL],
    ['ops/other', 'default/web', NONE],
    ['default/monitoring', 'default/web', NONE],
  ],
  '08-allow-external-traffic-1': [[OUT, 'default/web', ALL]],
  '09-allow-traffic-only-to-a-port-1': [
    ['default/monitoring', 'default/apiserver', 'TCP 5000'],
    ['default/foo', 'default/apiserver', NONE],
  ],
  '10-allowing-traffic-with-multiple-selectors-1': [
    ['default/api', 'default/db', ALL],
    ['default/search', 'default/db', ALL],
    ['default/inventory', 'default/db', ALL],
    ['default/web', 'default/db', NONE],
  ],
  '11-deny-egress-traffic-from-an-application-1': [
    ['default/foo', OUT, NONE],
    ['default/foo', 'default/web', NONE],
    ['default/web', 'default/foo', ALL],
  ],
  '11-deny-egress-traffic-from-an-application-2': [
    ['default/foo', 'kube-system/dns', 'TCP 53,UDP 53'],
    ['default/foo', OUT, NONE],
    ['default/foo', 'default/web', NONE],
  ],
  '12-deny-all-non-whitelisted-traffic-from-the-namespace-1': [
    ['default/web', OUT, NONE],
    ['default/web', 'default/foo', NONE],
    ['prod/client', 'default/web', ALL],
  ],
  '14-deny-external-egress-traffic-1': [
    ['default/foo', 'kube-system/dns', 'TCP 53,UDP 53'],
    ['default/foo', OUT, NONE],
    ['default/web', OUT, ALL],
  ],
};

describe.skipIf(!HERE)(`the recipe${WHERE}`, () => {
  const files = HERE ? readdirSync(join(NETPOL, 'recipes')).sort() : [];

  it.each(files)('%s keeps what its title promises', (file) => {
    const promises = PROMISES[file.replace('.yaml', '')] ?? [];
    const may = talk(PODS, readFileSync(join(NETPOL, 'recipes', file), 'utf8'));
    expect(promises.map(([source, destination]) => [source, destination, may(source, destination)])).toEqual(promises);
    expect(promises.length).toBeGreaterThan(0);
  });
});

describe.skipIf(!HERE)(`the manifests of network-policy-api${WHERE}`, () => {
  const folder = join(NETPOL, 'network-policy-api');
  const files = HERE
    ? (readdirSync(folder, { recursive: true }) as string[]).filter((path) => path.endsWith('.yaml')).sort()
    : [];

  it.each(files)('are read: %s', (file) => {
    // Some are templates, which the conformance tests fill with free ports of the hosts.
    const text = readFileSync(join(folder, file), 'utf8').replaceAll(
      /\{\{ index \.HostNetworkPorts (\d) \}\}/g,
      '3460$1',
    );
    const { problems, unsupported, workloads, policies, clusterPolicies } = read(text);
    expect([problems, unsupported]).toEqual([[], []]);
    expect(workloads.length + policies.length + clusterPolicies.length).toBeGreaterThan(0);
  });
});
