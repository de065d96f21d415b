// SPDX-License-Identifier: Apache-2.0
import { dirname, extname } from 'node:path/posix';
import { HeliosError } from '@helios/core/error';
import { listFiles, literalGlob, readSource } from '@helios/core/input';
import { isLive } from './catalog/catalog.ts';
import { openShipped, shippedVersions } from './catalog/shipped.ts';
import type { Detection } from './detection/detection.ts';
import { readDetections } from './detection/recognise.ts';

/** What a repository holds for this gate, and the options that fit it. */
export interface Survey {
  readonly detections: number;
  /** Globs that name the files with detections and, as far as folders allow, nothing else. */
  readonly include: readonly string[];
  /** The same of those that can be run and tested: Sigma's and Falco's rules. */
  readonly runnable: readonly string[];
  /** Version of the shipped ATT&CK catalog that knows most of the ids. */
  readonly attack: string;
}

interface Surveyed {
  readonly path: string;
  readonly detections: readonly Detection[];
}

/** Looks through the files under a root, ignored ones left out. Undefined where there are no detections. */
export async function surveyDetections(root: string): Promise<Survey | undefined> {
  const files: Surveyed[] = [];
  for (const path of listFiles(root, { include: ['**/*.{yml,yaml,toml,json}'] }).files) {
    files.push({ path, detections: await detectionsIn(root, path) });
  }
  const holding = files.filter(({ detections }) => detections.length > 0);
  if (holding.length === 0) return undefined;
  const detections = holding.flatMap((file) => file.detections);
  const runnable = files.map(({ path, detections: all }) => ({ path, detections: all.filter(isRunnable) }));
  return {
    detections: detections.length,
    include: globsOf(files),
    runnable: globsOf(runnable),
    attack: versionFor(detections),
  };
}

function isRunnable({ format }: Detection): boolean {
  return format === 'sigma' || format === 'falco';
}

/** None for a file that is something else, or nothing that can be read: the gate itself will say what it thinks of it. */
async function detectionsIn(root: string, path: string): Promise<readonly Detection[]> {
  try {
    const { detections, unrecognised } = await readDetections(readSource(root, path));
    return unrecognised === 0 ? detections : [];
  } catch (thrown) {
    if (thrown instanceof HeliosError) return [];
    throw thrown;
  }
}

/** A glob for each highest folder that holds nothing but detections; a mixed one is named without what lies below it. */
function globsOf(files: readonly Surveyed[]): string[] {
  const mixed = new Set<string>();
  for (const { path, detections } of files) {
    if (detections.length === 0) for (const folder of foldersAbove(path)) mixed.add(folder);
  }
  const endings = new Map<string, Set<string>>();
  for (const { path, detections } of files) {
    if (detections.length === 0) continue;
    const above = foldersAbove(path);
    // The root is nobody's folder for detections: what else comes there one day would be judged as one.
    const pure = above.findLast((folder) => folder !== '.' && !mixed.has(folder));
    const folder = pure ?? above[0] ?? '.';
    const prefix = folder === '.' ? '' : `${literalGlob(folder)}/`;
    const glob = pure === undefined ? `${prefix}*` : `${prefix}**/*`;
    endings.set(glob, (endings.get(glob) ?? new Set()).add(extname(path)));
  }
  return [...endings].map(([glob, found]) => glob + endingOf([...found].sort())).sort();
}

/** The folders that a path lies in, the nearest first. */
function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? ['.'] : [parent, ...foldersAbove(parent)];
}

function endingOf(endings: readonly string[]): string {
  const [only, ...more] = endings;
  return more.length === 0 ? (only ?? '') : `.{${endings.map((ending) => ending.slice(1)).join(',')}}`;
}

function versionFor(detections: readonly Detection[]): string {
  const ids = detections.flatMap(({ claims }) =>
    claims.filter(({ framework, kind }) => framework === 'attack' && kind === 'technique').map(({ id }) => id),
  );
  const missed = (version: string): number => {
    const { techniques } = openShipped('attack', version);
    return ids.filter((id) => {
      const technique = techniques.get(id);
      return technique === undefined || !isLive(technique);
    }).length;
  };
  const ranked = shippedVersions('attack').map((version) => ({ version, missed: missed(version) }));
  // Of equals the newest, which stands last.
  return ranked.reduce((best, next) => (next.missed <= best.missed ? next : best)).version;
}
