// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Published test vectors live beside the repository, not in it. */
export const VECTORS = fileURLToPath(new URL('../../../../../shared/data/vectors/', import.meta.url));
export const VECTORS_ABSENT = !existsSync(VECTORS);
export const SKIP_REASON = VECTORS_ABSENT ? ' (skipped: no ../shared/data/vectors beside the repository)' : '';
