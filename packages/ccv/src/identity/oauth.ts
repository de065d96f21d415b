// SPDX-License-Identifier: Apache-2.0
import type { Send } from '@helios/core/net';
import { z } from 'zod';
import { ask, form, type Reply } from './exchange.ts';
import type { DrillSettings } from './settings.ts';

/** A session as the provider gave it out. Never leaves the memory of this process. */
export interface Session {
  readonly access: string;
  readonly refresh: string;
  /** In seconds. */
  readonly accessLifetime?: number;
  readonly refreshLifetime?: number;
}

/** RFC 6749 §5.1; `refresh_expires_in` is Keycloak's. */
const grantSchema = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().nonnegative().optional(),
  refresh_expires_in: z.coerce.number().nonnegative().optional(),
});

/** What asking about a token, or for one, came to. */
export interface Answer {
  readonly outcome: 'alive' | 'dead' | 'unknown';
  readonly reply: Reply;
  /** After a grant. */
  readonly session?: Session;
}

/** An OAuth 2.0 provider, as far as a drill needs it. */
export interface Provider {
  login(secret: string): Promise<Answer>;
  /** Dead is only `invalid_grant` (RFC 6749 §5.2): other refusals are about the client, or about now. */
  refresh(token: string): Promise<Answer>;
  /** RFC 7662 §2.2; a 401 here is about us and says nothing of the token. */
  introspect(url: string, token: string): Promise<Answer>;
  /** RFC 7009 §2.2: 200, also where the token was dead already. */
  revoke(url: string, token: string, hint: 'access_token' | 'refresh_token'): Promise<boolean>;
}

export function openProvider(send: Send, { oauth, login }: DrillSettings, clientSecret: string | undefined): Provider {
  const { headers, fields: own } = clientOf(oauth.client.id, clientSecret);
  const post = (url: string, fields: Readonly<Record<string, string>>): Promise<Reply> =>
    ask(send, form(url, { ...own, ...fields }, headers));
  const grant = async (fields: Readonly<Record<string, string>>, before = ''): Promise<Answer> => {
    const reply = await post(oauth.token, fields);
    const granted = reply.status === 200 ? grantSchema.safeParse(reply.body).data : undefined;
    if (granted) return { outcome: 'alive', reply, session: sessionOf(granted, before) };
    return { outcome: isInvalidGrant(reply) ? 'dead' : 'unknown', reply };
  };
  return {
    login: (secret) =>
      login.grant === 'refresh_token'
        ? grant({ grant_type: 'refresh_token', refresh_token: secret }, secret)
        : grant({
            grant_type: 'password',
            username: login.username,
            password: secret,
            ...(login.scope !== undefined && { scope: login.scope }),
          }),
    refresh: (token) => grant({ grant_type: 'refresh_token', refresh_token: token }, token),
    async introspect(url, token) {
      const reply = await post(url, { token, token_type_hint: 'access_token' });
      const active = reply.status === 200 ? activeSchema.safeParse(reply.body).data?.active : undefined;
      return { outcome: active === undefined ? 'unknown' : active ? 'alive' : 'dead', reply };
    },
    revoke: async (url, token, hint) => (await post(url, { token, token_type_hint: hint })).status === 200,
  };
}

const activeSchema = z.looseObject({ active: z.boolean() });
const errorSchema = z.looseObject({ error: z.string() });

function isInvalidGrant({ status, body }: Reply): boolean {
  return status === 400 && errorSchema.safeParse(body).data?.error === 'invalid_grant';
}

/** A provider that does not rotate refresh tokens gives none back: the one before goes on. */
function sessionOf(granted: z.infer<typeof grantSchema>, before: string): Session {
  const { access_token: access, refresh_token: refresh = before, expires_in, refresh_expires_in } = granted;
  return {
    access,
    refresh,
    ...(expires_in !== undefined && { accessLifetime: expires_in }),
    // Keycloak says 0 of what does not run out.
    ...(refresh_expires_in && { refreshLifetime: refresh_expires_in }),
  };
}

/** RFC 6749 §2.3.1: both are encoded as in a form before they are joined; a client without a secret names itself. */
function clientOf(
  id: string,
  secret: string | undefined,
): { headers: Record<string, string>; fields: Record<string, string> } {
  if (secret === undefined) return { headers: {}, fields: { client_id: id } };
  const encode = (text: string): string => new URLSearchParams({ v: text }).toString().slice(2);
  const basic = Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64');
  return { headers: { authorization: `Basic ${basic}` }, fields: {} };
}
