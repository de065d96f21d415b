// SPDX-License-Identifier: Apache-2.0
import type { NetworkSettings } from '@helios/core/net';

/** Where probes look and steps act: what they may touch comes from here and nowhere else. */
export interface World {
  /** Absolute real path of the repository. */
  readonly root: string;
  /** Absolute path of the evidence. */
  readonly evidence: string;
  readonly network: NetworkSettings;
  /** PEM text of `network.ca`. */
  readonly ca?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  now(): Date;
}

/** There was nothing to judge: the other side was silent, or said something that cannot be read. Never a pass. */
export class NoData extends Error {
  override readonly name = 'NoData';
}
