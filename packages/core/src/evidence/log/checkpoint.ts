// SPDX-License-Identifier: Apache-2.0
import { fail } from '../../error.ts';

/** The state of a log: how many entries, and the root over them (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** The log's name. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

const HASH_BYTES = 32;

/** Reads the text of a checkpoint's note; lines after the third are extensions, and signed for others. Throws HeliosError `evidence`. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', encoded = '', ...extensions] = text.slice(0, -1).split('\n');
  const root = Buffer.from(encoded, 'base64');
  const sound =
    text.endsWith('\n') &&
    origin !== '' &&
    /^(0|[1-9]\d{0,15})$/.test(size) &&
    Number.isSafeInteger(Number(size)) &&
    root.length === HASH_BYTES &&
    root.toString('base64') === encoded &&
    !extensions.includes('');
  if (!sound) fail('evidence', 'is no checkpoint', { hint: 'Restore it from where it came.' });
  return { origin, size: Number(size), root };
}

export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}
