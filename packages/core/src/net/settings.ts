// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const host = z
  .string()
  .regex(/^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/, 'must be a host in lower case, or host:port, without scheme');

/** Where Helios may send anything at all. */
export const networkSchema = z.strictObject({
  allow: z.array(host).default([]).describe('Hosts, or host:port, that connectors may speak to'),
  private: z
    .array(host)
    .default([])
    .describe('Of these hosts those that have private addresses, such as a GitLab of your own'),
  ca: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file of certificate authorities that are trusted besides those of Node'),
});
export type NetworkSettings = Readonly<z.infer<typeof networkSchema>>;

/** One place that takes what Helios has to say. Most runs send nothing, so it is made when it is asked for. */
export const connectorSchema = z.lazy(connectorKinds);
export type ConnectorSettings = Readonly<z.infer<typeof connectorSchema>>;

function connectorKinds() {
  const secret = z
    .string()
    .regex(/^env:[A-Za-z_]\w*$/, 'must be env:NAME: a secret is never part of a file')
    .describe('env:NAME, the environment variable that holds it');
  const address = z.url({ protocol: /^https?$/ });

  const github = {
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name'),
    api: address.default('https://api.github.com').describe('Of GitHub Enterprise: https://HOST/api/v3'),
    token: secret.default('env:GITHUB_TOKEN'),
  };
  const gitlab = {
    project: z.string().regex(/^[\w.-]+(?:\/[\w.-]+)+$|^\d+$/, 'must be group/name, or the number of the project'),
    api: address.default('https://gitlab.com/api/v4').describe('Of a GitLab of your own: https://HOST/api/v4'),
    token: secret.default('env:GITLAB_TOKEN'),
  };

  return z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('github'), ...github }).describe('Issues, pull requests and checks on GitHub'),
    z.strictObject({ kind: z.literal('gitlab'), ...gitlab }).describe('Issues and merge requests on GitLab'),
    z
      .strictObject({ kind: z.literal('webhook'), url: address, secret })
      .describe('Any web service: signed as Standard Webhooks asks (HMAC-SHA256)'),
    z
      .strictObject({
        kind: z.literal('slack'),
        url: secret.describe('env:NAME of the address, which is a secret itself'),
      })
      .describe('An incoming webhook of Slack, or of what takes the same'),
    z
      .strictObject({
        kind: z.literal('pagerduty'),
        routingKey: secret,
        url: address.default('https://events.pagerduty.com/v2/enqueue'),
      })
      .describe('PagerDuty Events API v2'),
    z
      .strictObject({ kind: z.literal('file'), path: z.string().min(1) })
      .describe('An NDJSON file that holds what would be sent'),
  ]);
}
