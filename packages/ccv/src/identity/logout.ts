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
  end(session: Session | undefined): Promise<boolean>;
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
        end: async (session) => session !== undefined && revokeBoth(provider, oauth.revocation, session),
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

/** The refresh token first: whoever holds it makes new access tokens. Undefined where there is no endpoint: not done. */
async function revokeBoth(provider: Provider, url: string | undefined, session: Session): Promise<boolean> {
  if (url === undefined) return false;
  const refresh = session.refresh === '' || (await provider.revoke(url, session.refresh, 'refresh_token'));
  return (await provider.revoke(url, session.access, 'access_token')) && refresh;
}

/** Graph answers 204, or 200 with whether it was done. */
function isRevoked({ status, body }: Reply): boolean {
  return status === 204 || (status === 200 && z.looseObject({ value: z.literal(true) }).safeParse(body).success);
}

function withoutSlash(base: string): string {
  return base.replace(/\/$/, '');
}
