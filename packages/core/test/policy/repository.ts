// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';

/** The repository: its own policies are what most of these tests run on. */
export const REPOSITORY = realpathSync(resolve(import.meta.dirname, '../../../..'));
export const BUNDLE = 'controls/opa';
