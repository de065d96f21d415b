// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be small letters, digits and hyphens');
const text = z.string().min(1);
const address = z.url({ protocol: /^https?$/ });
const secret = z
  .string()
  .regex(/^env:[A-Za-z_]\w*$/, 'must be env:NAME: a secret is never part of a file')
  .describe('env:NAME, the environment variable that holds it');

/** How the provider is told to end all sessions of somebody. */
const logoutSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('revocation') })
    .describe('RFC 7009: the tokens themselves are revoked; for providers that can do no more'),
  z
    .strictObject({ kind: z.literal('keycloak'), base: address, realm: text, token: secret })
    .describe('Admin API of Keycloak: the sessions of the user are ended'),
  z
    .strictObject({
      kind: z.literal('graph'),
      base: address.default('https://graph.microsoft.com/v1.0'),
      token: secret,
    })
    .describe('Microsoft Graph: revokeSignInSessions'),
]);

/** What Helios itself names so. */
const OWN = ['refresh', 'introspection'];

/** A containment drill: who is logged out, how, and where it must be seen. */
export const drillSchema = z.strictObject({
  schema: z.literal('helios/identity-drill-settings/v1'),
  name,
  owner: text.describe('Who answers for the drill'),
  principal: z
    .strictObject({
      id: text.describe('As the provider knows it; all its sessions are ended'),
      test: z
        .literal(true, 'must be true: nobody who works with this account may be logged out')
        .describe('That it is an account for drills'),
      whoami: z
        .strictObject({ url: address, field: text.default('sub').describe('Of the answer, that which holds the id') })
        .describe('Who a session is of: asked before anything is done to it, such as the UserInfo endpoint'),
    })
    .describe('The account that is logged out'),
  oauth: z.strictObject({
    token: address.describe('Token endpoint'),
    revocation: address.optional().describe('Revocation endpoint (RFC 7009)'),
    introspection: address.optional().describe('Introspection endpoint (RFC 7662); it is probed, too'),
    client: z.strictObject({ id: text, secret: secret.optional() }),
  }),
  login: z
    .discriminatedUnion('grant', [
      z
        .strictObject({ grant: z.literal('refresh_token'), tokens: z.array(secret).min(1) })
        .describe('Sessions that were opened before, each by its refresh token'),
      z
        .strictObject({
          grant: z.literal('password'),
          username: text,
          password: secret,
          scope: text.optional(),
          sessions: z.int().min(1).max(10).default(2),
        })
        .describe('So many sessions, each opened by the password'),
    ])
    .describe('Several sessions show whether a logout ends all of them, or the last one only'),
  logout: logoutSchema,
  probes: z
    .array(
      z.strictObject({
        name: name.refine((own) => !OWN.includes(own), `must not be ${OWN.join(' or ')}`),
        url: address,
      }),
    )
    .min(1)
    .refine((probes) => new Set(probes.map((probe) => probe.name)).size === probes.length, 'two have the same name')
    .describe('What relies on the access token: 2xx means that it works, 401 and 403 that it does not'),
  within: z.number().positive().max(600).default(600).describe('Longest time until all tokens are dead, in seconds'),
  interval: z.number().min(1).max(60).default(5).describe('Time between two looks, in seconds'),
  confirmations: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('Looks in a row that must find a token dead: one of many servers may know it first'),
});
export type DrillSettings = Readonly<z.infer<typeof drillSchema>>;
