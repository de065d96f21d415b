// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fail } from '@helios/core/error';
import { permittedEndpoint, permittedUrl } from '@helios/core/net';
import type { KubeConfig, KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node';
import type { World } from './world.ts';

export interface Cluster {
  readonly api: KubernetesObjectApi;
  /** By their names in the client: PatchStrategy.MergePatch. */
  readonly patches: typeof PatchStrategy;
}

/**
 * The API of a cluster, asked by the official client; requests end with the signal. Throws HeliosError `config` where
 * there is no such context, or the server is not in the allow-list.
 */
export async function openCluster(context: string | undefined, world: World, signal: AbortSignal): Promise<Cluster> {
  const client = await import('@kubernetes/client-node');
  const config = loadConfig(new client.KubeConfig(), () => new client.KubeConfig(), world.env);
  if (context !== undefined) {
    if (!config.getContexts().some(({ name }) => name === context))
      fail('config', `the kubeconfig has no context ${context}`, { hint: 'Correct the context of the control.' });
    config.setCurrentContext(context);
  }
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) fail('config', 'the kubeconfig names no cluster', { hint: 'Set KUBECONFIG.' });
  const url = permittedUrl(server, world.network);
  await permittedEndpoint(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port || PORTS[url.protocol]), world.network);
  const api = new client.KubernetesObjectApi(
    client.createConfiguration({
      baseServer: new client.ServerConfiguration(server, {}),
      authMethods: { default: config },
      promiseMiddleware: [
        {
          pre: async (request) => (request.setSignal(signal), request),
          post: async (response) => response,
        },
      ],
    }),
  );
  return { api, patches: client.PatchStrategy };
}

const PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };

/** Out of the files of KUBECONFIG, else of the home folder, else of the pod that this runs in; as kubectl does. */
function loadConfig(config: KubeConfig, empty: () => KubeConfig, env: World['env']): KubeConfig {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const usual = join(env['HOME'] ?? homedir(), '.kube', 'config');
  const files = named.length > 0 ? named : [usual].filter((file) => existsSync(file));
  const [first, ...more] = files;
  if (first === undefined) config.loadFromCluster();
  else config.loadFromFile(first);
  for (const file of more) {
    const other = empty();
    other.loadFromFile(file);
    config.mergeConfig(other);
  }
  return config;
}

/** Whether the server said that there is no such object. */
export function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 404;
}
