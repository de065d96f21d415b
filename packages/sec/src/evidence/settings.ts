// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Io } from '@helios/core/cli';
import { type Config, loadProject } from '@helios/core/config';
import { LOG_FOLDER } from '@helios/core/evidence';

export interface EvidenceFlags {
  readonly evidenceDir?: string;
  readonly logDir?: string;
}

/** Where evidence and log are, by flags, else by the configuration. All paths are absolute. */
export interface EvidenceSettings {
  /** What relative paths of the configuration start from. */
  readonly root: string;
  readonly folder: string;
  readonly logFolder: string;
  readonly configured: Config['evidence'];
  /** Gates that a run must hold evidence of to be sealed. */
  readonly required: readonly string[];
}

export async function evidenceSettings(flags: EvidenceFlags, io: Io): Promise<EvidenceSettings> {
  const { root, config, sections } = await loadProject({ cwd: io.cwd });
  const { evidence } = config;
  const folder = flags.evidenceDir === undefined ? join(root, evidence.directory) : resolve(io.cwd, flags.evidenceDir);
  const inConfig = evidence.log?.directory;
  const logFolder = flags.logDir === undefined ? inConfig && join(root, inConfig) : resolve(io.cwd, flags.logDir);
  return {
    root,
    folder,
    logFolder: logFolder ?? join(folder, LOG_FOLDER),
    configured: evidence,
    required: evidence.required ?? Object.keys(sections).sort(),
  };
}

/** A file of evidence, named from where the user is or from the folder itself: its path within the folder. */
export function evidencePath(folder: string, file: string, io: Io): string {
  const absolute = resolve(io.cwd, file);
  const inside = relative(folder, absolute);
  return existsSync(absolute) && !inside.startsWith('..') ? inside.split(sep).join('/') : file;
}
