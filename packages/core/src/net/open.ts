// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail, messageOf } from '../error.ts';
import { pagerdutyConnector, slackConnector, webhookConnector } from './alerts.ts';
import { openApi } from './api.ts';
import type { Connector } from './connector.ts';
import { fileConnector } from './file.ts';
import { githubConnector } from './github.ts';
import { gitlabConnector } from './gitlab.ts';
import { openHttp, permittedUrl } from './http.ts';
import { PATIENCE, type SendPatiently, withPatience } from './patience.ts';
import { openSent, type Sent } from './sent.ts';
import type { ConnectorSettings, NetworkSettings } from './settings.ts';

export interface OpenSettings {
  readonly network: NetworkSettings;
  /** What relative paths start from: the root of the repository. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where it is remembered what was sent. */
  readonly memory: string;
}

/** Opens a configured connector; nothing is sent before an effect of it is applied. Throws HeliosError. */
export function openConnector(name: string, connector: ConnectorSettings, settings: OpenSettings): Connector {
  const { network, env, root } = settings;
  const secret = (reference: string): string => secretOf(reference, name, env);
  // A host that is not allowed is told of before anything is read or asked.
  const permitted = (url: string): string => (permittedUrl(url, network), url.replace(/\/$/, ''));
  switch (connector.kind) {
    case 'github': {
      const headers = {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${secret(connector.token)}`,
        'x-github-api-version': '2022-11-28',
      };
      const api = openApi({ send: sender(settings), base: permitted(connector.api), headers });
      return githubConnector(api, connector.repository);
    }
    case 'gitlab': {
      const headers = { authorization: `Bearer ${secret(connector.token)}` };
      const api = openApi({ send: sender(settings), base: permitted(connector.api), headers });
      return gitlabConnector(api, connector.project);
    }
    case 'pagerduty':
      return pagerdutyConnector(sender(settings), permitted(connector.url), secret(connector.routingKey));
    case 'slack':
      return slackConnector(sender(settings), permitted(secret(connector.url)), memory(name, settings));
    case 'webhook': {
      const key = secret(connector.secret);
      return webhookConnector(sender(settings), permitted(connector.url), key, memory(name, settings), Date.now);
    }
    case 'file':
      return fileConnector(resolve(root, connector.path));
  }
}

function sender({ network, root }: OpenSettings): SendPatiently {
  const ca = network.ca === undefined ? undefined : readAuthorities(resolve(root, network.ca));
  return withPatience(openHttp({ network, ...(ca !== undefined && { ca }) }), PATIENCE);
}

/** The PEM text of `network.ca`. Throws HeliosError `config`. */
export function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    return fail('config', `network.ca cannot be read: ${messageOf(cause)}`, { cause, hint: 'Correct network.ca.' });
  }
}

function memory(name: string, { memory: folder }: OpenSettings): Sent {
  return openSent(join(folder, name));
}

function secretOf(reference: string, connector: string, env: OpenSettings['env']): string {
  const variable = reference.slice('env:'.length);
  const value = env[variable]?.trim();
  return value
    ? value
    : fail('usage', `the connector ${connector} needs ${variable}, which is not set`, {
        hint: `Set ${variable} to the secret.`,
      });
}
