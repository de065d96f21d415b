// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path/posix';
import { HeliosError } from '@helios/core/error';
import { listFiles, literalGlob, parseDocuments, readSource } from '@helios/core/input';
import { readModel } from '../netpol/model/model.ts';

/** What a repository holds for the gate of posture. */
export interface Survey {
  /** Pods, what makes Pods, and network policies. */
  readonly manifests: number;
  /** Globs of the folders that hold them. */
  readonly include: readonly string[];
}

/** Looks through the files under a root, ignored ones left out. Undefined where no manifest says what runs or who may talk. */
export async function surveyManifests(root: string): Promise<Survey | undefined> {
  const folders = new Set<string>();
  let manifests = 0;
  for (const path of listFiles(root, { include: ['**/*.{yml,yaml}'] }).files) {
    const found = await manifestsIn(root, path);
    if (found > 0) folders.add(dirname(path));
    manifests += found;
  }
  if (manifests === 0) return undefined;
  const globs = [...folders].map((folder) => `${folder === '.' ? '' : `${literalGlob(folder)}/`}*.{yml,yaml}`);
  return { manifests, include: globs.sort() };
}

/** None in what cannot be read: the gate will say what it thinks of it. */
async function manifestsIn(root: string, path: string): Promise<number> {
  try {
    const model = readModel([{ path, documents: await parseDocuments(readSource(root, path)) }]);
    return model.workloads.length + model.policies.length + model.clusterPolicies.length;
  } catch (thrown) {
    if (thrown instanceof HeliosError) return 0;
    throw thrown;
  }
}
