// SPDX-License-Identifier: Apache-2.0
import { HeliosError, messageOf } from '@helios/core/error';
import { canonicalJson } from '@helios/core/hash';
import { millisecondsOf } from '../control/duration.ts';
import type { Json } from '../control/json.ts';
import type { Observation, PlainObservation } from '../control/observation.ts';
import { fill } from '../control/placeholders.ts';
import { within } from './deadline.ts';
import { NoData, type World } from './world.ts';

/** Errors that say that it was wrong to look; the others say that there was nothing to see. */
const MUST_NOT: ReadonlySet<string> = new Set(['usage', 'config', 'policy']);

/**
 * Looks once, within the observation's own timeout. The heavier clients are loaded when a control asks for them. Throws
 * NoData where there was nothing to see, HeliosError for what must not be done or is wrongly configured.
 */
export async function observe(observation: Observation, world: World, signal: AbortSignal): Promise<Json> {
  return within(millisecondsOf(observation.timeout), signal, async (inner) => {
    try {
      // Secrets are filled in here and nowhere before.
      return sayable(await look(fill(observation, { env: world.env }), world, inner));
    } catch (cause) {
      inner.throwIfAborted();
      if (cause instanceof NoData || (cause instanceof HeliosError && MUST_NOT.has(cause.code))) throw cause;
      throw new NoData(withReason(cause), { cause });
    }
  });
}

async function look(observation: Observation, world: World, signal: AbortSignal): Promise<Json> {
  switch (observation.kind) {
    case 'tcp':
      return (await import('./tcp.ts')).observeTcp(observation, world, signal);
    case 'tls':
      return (await import('./tls.ts')).observeTls(observation, world, signal);
    case 'dns':
      return (await import('./dns.ts')).observeDns(observation, world, signal);
    case 'files':
      return (await import('./files.ts')).observeFiles(observation, world);
    case 'rego':
      return (await import('./rego.ts')).judgeByRego(
        observation,
        world,
        await lookPlain(observation.of, world, signal),
      );
    case 'evidence':
      return (await import('./evidence.ts')).observeEvidence(observation, world);
    default:
      return lookPlain(observation, world, signal);
  }
}

async function lookPlain(observation: PlainObservation, world: World, signal: AbortSignal): Promise<Json> {
  switch (observation.kind) {
    case 'http':
      return (await import('./http.ts')).observeHttp(observation, world, signal);
    case 'exec':
      return (await import('./exec.ts')).observeExec(observation, world, signal);
    case 'document':
      return (await import('./document.ts')).observeDocument(observation, world);
    case 'kubernetes':
      return (await import('./kubernetes.ts')).observeKubernetes(observation, world, signal);
    case 'sql':
      return (await import('./sql.ts')).observeSql(observation, world, signal);
    case 'prometheus':
      return (await import('./prometheus.ts')).observePrometheus(observation, world, signal);
  }
}

/** What has no canonical form (half a surrogate pair, 1e999) could not be hashed, and so never be shown to be back. */
function sayable(value: Json): Json {
  canonicalJson(value);
  return value;
}

/** "fetch failed" says nothing; what it was caused by does. */
function withReason(thrown: unknown): string {
  const { cause } = thrown instanceof Error ? thrown : {};
  return cause instanceof Error ? `${messageOf(thrown)}: ${cause.message}` : messageOf(thrown);
}
