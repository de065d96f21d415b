// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http';
import { answerJson, type Loopback, type Received, serve } from '../../../core/test/net/server.ts';

/** How a provider, and an API behind it, misbehave. Times are milliseconds of the clock that they are given. */
export interface Manners {
  /** From a logout until tokens are dead at the provider. */
  readonly revocationTakes?: number;
  /** How long the API believes what it was last told of a token. */
  readonly apiRemembers?: number;
  /** Logging out leaves refresh tokens as they are. */
  readonly refreshSurvives?: boolean;
  /** Logging out is acknowledged, and nothing happens. */
  readonly logoutDoesNothing?: boolean;
  /** Logging out works, and is answered by this. */
  readonly logoutAnswers?: number;
  /** Paths that answer 500 once somebody was logged out. */
  readonly fails?: readonly string[];
  /** Paths that always do. */
  readonly broken?: readonly string[];
  /** Who refreshes before the logout has got about keeps what he gets. */
  readonly windowEscapes?: boolean;
  /** Every so many-th question to the API is answered by a server that has not heard of the logout. */
  readonly deafServer?: number;
  /** How far the provider's clock is ahead, in seconds. */
  readonly skew?: number;
  /** In seconds. */
  readonly accessLives?: number;
  /** Whose session it is. */
  readonly subject?: string;
  /** The API sends whoever has no token that it knows to a login page. */
  readonly redirects?: boolean;
  readonly rotates?: boolean;
  /** Of several sessions only the last is ended. */
  readonly endsLastSession?: boolean;
}

export interface ProviderDouble extends Loopback {
  /** Tokens that were given out and work right now. */
  alive(): string[];
}

interface Token {
  readonly kind: 'access' | 'refresh';
  readonly session: string;
  /** When it dies. */
  end: number;
}

export const SUBJECT = 'drill-account';
export const CLIENT = { id: 'helios drill', secret: 'p&ss:wörd' };

/** An OAuth provider with Keycloak's and Graph's ways to log somebody out, and an API that relies on it. */
export async function serveProvider(manners: Manners, now: () => number): Promise<ProviderDouble> {
  /** Sessions that were opened before: `first-refresh`, `second-refresh`. */
  const tokens = new Map(
    ['first', 'second'].map((session): [string, Token] => [
      `${session}-refresh`,
      { kind: 'refresh', session, end: Infinity },
    ]),
  );
  const believed = new Map<string, { at: number; active: boolean }>();
  let [count, questions, loggedOut, last] = [0, 0, Infinity, ''];
  /** When what is given out in a session dies at the latest. */
  const ends = new Map(
    ['first', 'second', 'password'].map((session) => [session, { access: Infinity, refresh: Infinity }]),
  );
  const lives = (token: string): boolean => now() < (tokens.get(token)?.end ?? -1);
  const give = (kind: Token['kind'], session: string): string => {
    const token = `secret-${kind}-${++count}`;
    const life = kind === 'access' && manners.accessLives !== undefined ? manners.accessLives * 1000 : Infinity;
    const end = manners.windowEscapes ? Infinity : (ends.get(session)?.[kind] ?? Infinity);
    tokens.set(token, { kind, session, end: Math.min(now() + life, end) });
    return token;
  };
  const kill = (session: string, kind: Token['kind']): void => {
    loggedOut = Math.min(loggedOut, now());
    const held = ends.get(session);
    if (!held || manners.logoutDoesNothing || (manners.refreshSurvives && kind === 'refresh')) return;
    const end = Math.min(held[kind], now() + (manners.revocationTakes ?? 0));
    held[kind] = end;
    for (const token of tokens.values())
      if (token.kind === kind && token.session === session) token.end = Math.min(token.end, end);
  };
  const logout = (response: ServerResponse, status: number, body: object): void => {
    for (const session of manners.endsLastSession ? [last] : ends.keys()) {
      kill(session, 'access');
      kill(session, 'refresh');
    }
    answerJson(response, manners.logoutAnswers ?? status, body);
  };
  const grant = (response: ServerResponse, from: string): void => {
    if (from !== 'password' && !lives(from)) return answerJson(response, 400, { error: 'invalid_grant' });
    const session = tokens.get(from)?.session ?? 'password';
    last = session;
    const rotated = manners.rotates === false && from !== 'password' ? {} : { refresh_token: give('refresh', session) };
    if (from !== 'password' && 'refresh_token' in rotated) tokens.delete(from);
    const date = new Date(now() + (manners.skew ?? 0) * 1000).toUTCString();
    const lived = manners.accessLives === undefined ? {} : { expires_in: manners.accessLives };
    answerJson(
      response,
      200,
      { access_token: give('access', session), token_type: 'Bearer', ...lived, ...rotated },
      { date },
    );
  };
  const api = (response: ServerResponse, token: string): void => {
    questions++;
    const held = believed.get(token);
    const deaf = manners.deafServer !== undefined && questions % manners.deafServer === 0 && tokens.has(token);
    const active = held && now() - held.at < (manners.apiRemembers ?? 0) ? held.active : lives(token);
    if (!held || now() - held.at >= (manners.apiRemembers ?? 0)) believed.set(token, { at: now(), active });
    if (active || deaf) answerJson(response, 200, {});
    else if (manners.redirects) response.writeHead(302, { location: '/login' }).end();
    else answerJson(response, 401, {});
  };
  const isClient = ({ headers }: Received): boolean => {
    const [id, secret] = Buffer.from((headers.authorization ?? '').slice('Basic '.length), 'base64')
      .toString()
      .split(':');
    const decode = (text = ''): string => new URLSearchParams(`v=${text}`).get('v') ?? '';
    return decode(id) === CLIENT.id && decode(secret) === CLIENT.secret;
  };

  const server = await serve((request, response) => {
    const path = request.url;
    const bearer = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const form = new URLSearchParams(request.body);
    const token = form.get('token') ?? '';
    if (manners.broken?.includes(path) || (now() >= loggedOut && manners.fails?.includes(path)))
      return answerJson(response, 500, { error: 'server_error' });
    if (['/token', '/revoke', '/introspect'].includes(path) && !isClient(request))
      return answerJson(response, 401, { error: 'invalid_client' });
    switch (path) {
      case '/token':
        return grant(response, form.get('grant_type') === 'password' ? 'password' : (form.get('refresh_token') ?? ''));
      case '/revoke': {
        const held = tokens.get(token);
        if (held) kill(held.session, held.kind);
        return answerJson(response, 200, {});
      }
      case '/introspect':
        return answerJson(response, 200, { active: lives(token) });
      case '/userinfo':
        return lives(bearer)
          ? answerJson(response, 200, { sub: manners.subject ?? SUBJECT })
          : answerJson(response, 401, {});
      case '/api':
        return api(response, bearer);
      case `/admin/realms/main/users/${SUBJECT}/logout`:
        return bearer === 'admin-secret' ? logout(response, 204, {}) : answerJson(response, 401, {});
      case `/graph/users/${SUBJECT}/revokeSignInSessions`:
        return bearer === 'admin-secret' ? logout(response, 200, { value: true }) : answerJson(response, 401, {});
      default:
        return answerJson(response, 404, {});
    }
  });
  return { ...server, alive: () => [...tokens.keys()].filter((token) => token.startsWith('secret-') && lives(token)) };
}
