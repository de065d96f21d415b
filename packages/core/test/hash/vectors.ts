// SPDX-License-Identifier: Apache-2.0
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BESIDE = fileURLToPath(new URL('../../../../../shared/data/vectors/', import.meta.url));
export const VECTORS_ABSENT = !existsSync(BESIDE);
/** Published test vectors live beside the repository, not in it. The real path: readers follow no link that leads away. */
export const VECTORS = VECTORS_ABSENT ? BESIDE : `${realpathSync(BESIDE)}/`;
export const SKIP_REASON = VECTORS_ABSENT ? ' (skipped: no ../shared/data/vectors beside the repository)' : '';
