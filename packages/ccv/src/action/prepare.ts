// SPDX-License-Identifier: Apache-2.0
import { permittedUrl } from '@helios/core/net';
import { fill } from '../control/placeholders.ts';
import type { Step } from '../control/step.ts';
import type { World } from '../probe/world.ts';

/** Finds out whether a step may be done at all, without doing it. Throws HeliosError where it may not. */
export async function prepare(step: Step, world: World, signal: AbortSignal): Promise<void> {
  const filled = fill(step, { env: world.env });
  switch (filled.kind) {
    case 'http':
      permittedUrl(filled.url, world.network);
      return;
    case 'kubernetes':
      await (await import('../probe/cluster.ts')).openCluster(filled.context, world, signal);
      return;
    case 'sql':
      await (await import('../probe/sql.ts')).clientFor(filled.connection, world);
      return;
    default:
  }
}
