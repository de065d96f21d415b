// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../stage.ts';

/** Cases and recipes of others, which lie beside the repository and not in it. */
export const NETPOL = join(ROOT, '..', 'shared', 'data', 'netpol');
export const NP_GUARD = join(NETPOL, 'np-guard');
export const HERE = existsSync(NETPOL);
/** For the names of tests that are skipped. */
export const WHERE = HERE ? '' : ' (skipped: ../shared/data/netpol is not here)';
