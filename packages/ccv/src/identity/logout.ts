// SPDX-License-Identifier: Apache-2.0
import type { HttpRequest, Send } from '@helios/core/net';
import { z } from 'zod';
import { ask, type Reply } from './exchange.ts';
import type { Provider, Session } from './oauth.ts';
import type { DrillSettings } from './settings.ts';

/** How the sessions of the principal are ended. */
export interface Logout {
  /** Whether it ends sessions whose tokens nobody has any more. */
  readonly global: boolean;
  /** True where the provider says that it is done. Doing it twice changes nothing more. */
  end(sessions: readonly Session[]): Promise<boolean>;
}

/** `token` is that of the admin API, where there is one. */
export function openLogout(
  send: Send,
  { logout, principal, oauth }: DrillSettings,
  provider: Provider,
  token: string,
): Logout {
  const id = encodeURIComponent(principal.id);
  const headers = { authorization: `Bearer ${token}` };
  const told = async (url: string, request: Partial<HttpRequest>, done: (reply: Reply) => boolean): Promise<boolean> =>
    done(await ask(send, { method: 'POST', url, headers, ...request }));
  switch (logout.kind) {
    case 'revocation':
      return {
        global: false,
        async end(sessions) {
          let done = sessions.length > 0;
          for (const { refresh, access } of sessions)
            done = (await revokeAll(provider, oauth.revocation, refresh, [access])) && done;
          return done;
        },
      };
    case 'keycloak': {
      const url = `${withoutSlash(logout.base)}/admin/realms/${encodeURIComponent(logout.realm)}/users/${id}/logout`;
      return { global: true, end: () => told(url, {}, ({ status }) => status === 204) };
    }
    case 'graph': {
      const url = `${withoutSlash(logout.base)}/users/${id}/revokeSignInSessions`;
      return { global: true, end: () => told(url, { body: '{}' }, isRevoked) };
    }
  }
}

/** RFC 7009, the refresh token first: whoever holds it makes new access tokens. Undefined where there is no endpoint: not done. */
export async function revokeAll(
  provider: Provider,
  url: string | undefined,
  refresh: string,
  access: readonly string[],
): Promise<boolean> {
  if (url === undefined) return false;
  let done = refresh === '' || (await provider.revoke(url, refresh, 'refresh_token'));
  for (const token of access) done = (await provider.revoke(url, token, 'access_token')) && done;
  return done;
}

/** Graph answers 204, or 200 with whether it was done. */
function isRevoked({ status, body }: Reply): boolean {
  return status === 204 || (status === 200 && z.looseObject({ value: z.literal(true) }).safeParse(body).success);
}

function withoutSlash(base: string): string {
  return base.replace(/\/$/, '');
}
