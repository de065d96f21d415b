// SPDX-License-Identifier: Apache-2.0
import { matcherOf } from '@helios/core/input';
import type { WatchSettings } from './settings.ts';

/** Who looks into alerts of a workload: the first whose glob fits. */
export function ownerOf({ owners }: WatchSettings, workload: string): string | undefined {
  return owners.find(({ workload: glob }) => matcherOf([glob])(workload))?.owner;
}
