// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { issueCertificate } from '../../../core/test/net/certificate.ts';
import { temporaryFolder } from '../stage.ts';

type Plain = Record<string, unknown>;
interface KubernetesObject extends Plain {
  metadata: Plain & { name: string; labels?: Record<string, string> };
}

/** Resources that it knows, as discovery tells them. */
const RESOURCES: Readonly<Record<string, readonly { name: string; kind: string; namespaced: boolean }[]>> = {
  v1: [
    { name: 'pods', kind: 'Pod', namespaced: true },
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
  ],
  'apps/v1': [{ name: 'deployments', kind: 'Deployment', namespaced: true }],
  'networking.k8s.io/v1': [{ name: 'networkpolicies', kind: 'NetworkPolicy', namespaced: true }],
};

const PATH =
  /^\/(?:api\/(?<core>v1)|apis\/(?<group>[^/]+\/v1))(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[a-z]+)(?:\/(?<name>[^/]+))?$/;

/**
 * A double of the Kubernetes API on loopback: discovery, CRUD of a few kinds, label selectors, merge patch and server-side
 * apply, a resource version that counts. No API server comes with npm or Debian; what this one says is held against the
 * official client and, where it is there, kubectl.
 */
export class ClusterDouble {
  host = '';
  /** A kubeconfig file for it. */
  kubeconfig = '';
  /** Every request that changed something, in order. */
  readonly effects: string[] = [];
  readonly #objects = new Map<string, KubernetesObject>();
  #version = 0;

  static async open(): Promise<ClusterDouble> {
    const cluster = new ClusterDouble();
    const { key, cert, ca } = await issueCertificate(['localhost']);
    const server = createServer({ key, cert }, (request, response) => {
      const answer = async (): Promise<void> => {
        const [status, body] = cluster.#answer(request, await text(request));
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      };
      void answer();
    });
    await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
    onTestFinished(() => void (server.closeAllConnections(), server.close()));
    cluster.host = `localhost:${(server.address() as AddressInfo).port}`;
    cluster.kubeconfig = join(temporaryFolder(), 'kubeconfig');
    writeFileSync(cluster.kubeconfig, JSON.stringify(kubeconfigOf(cluster.host, ca)));
    return cluster;
  }

  put(plural: string, object: KubernetesObject & { metadata: { namespace: string } }): void {
    const { namespace, name } = object.metadata;
    this.#store(`${namespace}/${plural}/${name}`, object);
  }

  object(namespace: string, plural: string, name: string): KubernetesObject | undefined {
    return this.#objects.get(`${namespace}/${plural}/${name}`);
  }

  #store(key: string, object: KubernetesObject): KubernetesObject {
    const stored = structuredClone(object);
    stored.metadata['resourceVersion'] = String(++this.#version);
    stored.metadata['uid'] ??= `uid-${this.#version}`;
    this.#objects.set(key, stored);
    return stored;
  }

  #answer({ method = '', url = '', headers }: IncomingMessage, body: string): [number, unknown] {
    const { pathname, searchParams } = new URL(url, 'http://cluster');
    const discovered = discovery(pathname);
    if (discovered) return [200, discovered];
    const { core, group, namespace = 'default', plural = '', name } = PATH.exec(pathname)?.groups ?? {};
    const version = core ?? group ?? '';
    const resource = RESOURCES[version]?.find((each) => each.name === plural);
    if (!resource) return [404, failure(404, 'NotFound')];
    const key = `${namespace}/${plural}/${name}`;
    const held = this.#objects.get(key);
    const dryRun = searchParams.get('dryRun') === 'All';
    if (method !== 'GET' && !dryRun) this.effects.push(`${method} ${key}`);
    const store = (object: KubernetesObject): KubernetesObject => (dryRun ? object : this.#store(key, object));

    if (method === 'GET' && name === undefined) {
      const prefix = `${namespace}/${plural}/`;
      const items = [...this.#objects].flatMap(([at, object]) => (at.startsWith(prefix) ? [object] : []));
      const chosen = items.filter((object) => isLabelled(object, searchParams.get('labelSelector') ?? ''));
      return [200, { apiVersion: version, kind: `${resource.kind}List`, metadata: {}, items: chosen }];
    }
    if (method === 'POST') {
      const object = JSON.parse(body) as KubernetesObject;
      return [201, this.#store(`${namespace}/${plural}/${object.metadata.name}`, object)];
    }
    const applies = headers['content-type'] === 'application/apply-patch+yaml';
    if (!held && !(method === 'PATCH' && applies)) return [404, failure(404, 'NotFound')];
    if (method === 'GET') return [200, held];
    if (method === 'DELETE') return [200, (dryRun || this.#objects.delete(key), { kind: 'Status', status: 'Success' })];
    const patch = JSON.parse(body) as Plain;
    return [200, store(merge(held ?? {}, patch) as KubernetesObject)];
  }
}

function discovery(path: string): unknown {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    const groups = Object.keys(RESOURCES).flatMap((groupVersion) => {
      const [name, version] = groupVersion.split('/');
      if (version === undefined) return [];
      return [{ name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } }];
    });
    return { kind: 'APIGroupList', apiVersion: 'v1', groups };
  }
  const version = path.replace(/^\/apis?\//, '');
  const resources = RESOURCES[version];
  const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update'];
  return (
    resources && {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: version,
      resources: resources.map((resource) => ({ ...resource, singularName: resource.kind.toLowerCase(), verbs })),
    }
  );
}

/** `a=b,c=d` only, which is all that a control needs. */
function isLabelled({ metadata: { labels = {} } }: KubernetesObject, selector: string): boolean {
  const pairs = selector.split(',').filter((pair) => pair !== '');
  return pairs.every((pair) => {
    const [key = '', value] = pair.split('=');
    return labels[key] === value;
  });
}

/** JSON merge patch (RFC 7386). */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Plain = { ...(typeof target === 'object' && !Array.isArray(target) ? (target as Plain) : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}

function failure(code: number, reason: string): unknown {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: reason, reason, code };
}

function kubeconfigOf(host: string, ca: string): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'double',
    clusters: [
      {
        name: 'double',
        cluster: { server: `https://${host}`, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name: 'tester', user: { token: 'a-token' } }],
    contexts: [{ name: 'double', context: { cluster: 'double', user: 'tester' } }],
  };
}
