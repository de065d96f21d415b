// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import type { StepOf } from '../control/step.ts';
import { exchange, withBody } from '../probe/http.ts';
import type { World } from '../probe/world.ts';
import type { Phase } from './perform.ts';

/** What says that there is nothing to undo: Stratus #167 was stuck where the resource was gone already. */
const GONE = new Set([404, 410]);

export async function performHttp(
  { url, method, headers, body }: StepOf<'http'>,
  phase: Phase,
  world: World,
  signal: AbortSignal,
): Promise<void> {
  const { status } = await exchange({ method, url, headers, signal, ...withBody(body) }, world);
  if ((status >= 200 && status <= 299) || (phase === 'rollback' && GONE.has(status))) return;
  fail('io', `${new URL(url).host} answers ${status}`);
}
