// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import type { Project } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { openHttp, readAuthorities } from '@helios/core/net';
import type { DrillStage } from './drill.ts';
import { openLogout } from './logout.ts';
import { openProvider } from './oauth.ts';
import type { DrillSettings } from './settings.ts';

/** A look that takes longer has no answer; the next one is due. */
const LOOK_TIMEOUT_MS = 10_000;

/** Everything but the journal: the network of helios.yaml, the secrets of the environment, the clocks of this machine. */
export function openStage(
  settings: DrillSettings,
  { root, config: { network } }: Project,
  io: Io,
): Omit<DrillStage, 'journal'> {
  const ca = network.ca === undefined ? undefined : readAuthorities(resolve(root, network.ca));
  // A redirect is no answer about a token, and may lead to where a token must not go.
  const limits = { timeoutMs: LOOK_TIMEOUT_MS, redirects: 0 };
  const send = openHttp({ network, limits, ...(ca !== undefined && { ca }) });
  const { oauth, login, logout } = settings;
  const client = oauth.client.secret === undefined ? undefined : secretOf(oauth.client.secret, io);
  const provider = openProvider(send, settings, client);
  const admin = logout.kind === 'revocation' ? '' : secretOf(logout.token, io);
  const clock = {
    now: () => io.now(),
    elapsed: () => performance.now(),
    wait: (ms: number) => new Promise<void>((done) => void setTimeout(done, ms)),
  };
  return {
    settings,
    send,
    provider,
    logout: openLogout(send, settings, provider, admin),
    secrets: secretsOf(login, io),
    clock,
  };
}

/** One for each session. */
function secretsOf(login: DrillSettings['login'], io: Io): string[] {
  if (login.grant === 'refresh_token') return login.tokens.map((token) => secretOf(token, io));
  const password = secretOf(login.password, io);
  return Array.from({ length: login.sessions }, () => password);
}

function secretOf(reference: string, { env }: Io): string {
  const variable = reference.slice('env:'.length);
  const hint = `Set ${variable} to the secret that the drill needs.`;
  return env[variable]?.trim() || fail('usage', `${variable} is not set`, { hint });
}
