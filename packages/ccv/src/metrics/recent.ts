// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { loadInputs } from '@helios/core/cli/actions';
import { HeliosError } from '@helios/core/error';
import { gate } from '../gate.ts';
import { metricsText } from './metrics.ts';

/** All records are read anew for the figures: not for each who asks. */
const KEPT_MS = 60_000;

/**
 * The figures of the gate as they are now, or were a minute ago; none where its files are wrong, which the alert on stale
 * figures tells of.
 */
export function recentFigures(flags: { readonly config?: string }, io: Io): () => Promise<string> {
  let read = -Infinity;
  let text = Promise.resolve('');
  return () => {
    const now = io.now();
    if (now.getTime() - read >= KEPT_MS) {
      read = now.getTime();
      text = figuresNow(flags, io, now);
    }
    return text;
  };
}

async function figuresNow(flags: { readonly config?: string }, io: Io, now: Date): Promise<string> {
  try {
    const { inputs, options } = await loadInputs(gate, flags, io);
    return metricsText(inputs, options, now);
  } catch (thrown) {
    if (thrown instanceof HeliosError) return '';
    throw thrown;
  }
}
