// SPDX-License-Identifier: Apache-2.0
import { gateProgram, type Run } from '@helios/core/cli';
import type { Gate } from '@helios/core/gate';
import { z } from 'zod';
import { addIdentityCommands } from '../../src/identity/commands.ts';
import { judgeIdentity } from '../../src/identity/judge.ts';
import { type IdentityInputs, loadIdentity } from '../../src/identity/load.ts';
import { identityOptionsSchema } from '../../src/identity/options.ts';
import { IDENTITY_RULES } from '../../src/identity/rules.ts';
import { CLIENT, SUBJECT } from './provider-double.ts';

const options = z.strictObject({ identity: identityOptionsSchema.optional() });

/** The part of the gate that is about identity, as a gate of its own. */
const gate: Gate<typeof options, IdentityInputs | undefined> = {
  id: 'ccv',
  title: 'Logging out works',
  unit: 'drills',
  rules: IDENTITY_RULES,
  options,
  load: (context, { identity }) => loadIdentity(context, identity),
  evaluate: (inputs, { identity }, asOf) => judgeIdentity(inputs, identity, asOf),
};

export const run: Run = gateProgram({
  id: 'ccv',
  description: 'identity',
  gate: async () => gate,
  commands: addIdentityCommands,
});

export const configOf = (host: string): string => `version: 1
network: {allow: ['${host}'], private: ['${host}']}
gates:
  ccv:
    identity: {drills: ['drill.yaml']}
`;

export const drillOf = (url: string): string => `schema: helios/identity-drill-settings/v1
name: workforce
owner: identity@example.com
principal:
  id: ${SUBJECT}
  test: true
  whoami: {url: '${url}/userinfo'}
oauth:
  token: ${url}/token
  revocation: ${url}/revoke
  introspection: ${url}/introspect
  client: {id: ${CLIENT.id}, secret: env:CLIENT_SECRET}
login: {grant: refresh_token, tokens: [env:REFRESH]}
logout: {kind: keycloak, base: '${url}', realm: main, token: env:ADMIN}
probes: [{name: api, url: '${url}/api'}]
interval: 1
confirmations: 2
`;

export const SECRETS = { CLIENT_SECRET: CLIENT.secret, REFRESH: 'first-refresh', ADMIN: 'admin-secret' };
