// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { loadProject } from '@helios/core/config';

/** The evidence folder that flags name, else that of the configuration. */
export async function evidenceFolder(flags: { readonly evidenceDir?: string }, io: Io): Promise<string> {
  if (flags.evidenceDir !== undefined) return resolve(io.cwd, flags.evidenceDir);
  const { root, config } = await loadProject({ cwd: io.cwd });
  return join(root, config.evidence.directory);
}
