// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fail, HeliosError } from '@helios/core/error';
import type { LoadContext } from '@helios/core/gate';
import { decodeUtf8, matcherOf, type SourceFile } from '@helios/core/input';
import type { Detection } from '../detection/detection.ts';
import type { Options } from '../options.ts';

/** How a file's detections are read; the same way for the work tree and for the past. */
type Read = (source: SourceFile) => Promise<{ readonly detections: readonly Detection[] }>;

/** The detections as they were at a git ref. Throws HeliosError `usage` when git or the ref is not there. */
export async function loadBase(context: LoadContext, base: string, options: Options, read: Read): Promise<Detection[]> {
  const commit = git(context.root, ['rev-parse', '--verify', '--end-of-options', `${base}^{commit}`])
    .toString()
    .trim();
  context.record('git:base', commit);
  const prefix = git(context.root, ['rev-parse', '--show-prefix']).toString().trim();
  const included = matcherOf(options.include);
  const excluded = matcherOf(options.exclude);
  const listing = git(context.root, [
    'ls-tree',
    '-r',
    '-z',
    '--name-only',
    '--full-name',
    `${commit}:${prefix}`,
  ]).toString();
  const paths = listing
    .split('\0')
    .filter((path) => path !== '' && included(path) && !excluded(path))
    .sort();
  const detections: Detection[] = [];
  for (const source of readBlobs(context.root, `${commit}:${prefix}`, paths)) {
    try {
      detections.push(...(await read(source)).detections);
    } catch (thrown) {
      // What was broken in the past is not this change's fault: it covered nothing then.
      if (!(thrown instanceof HeliosError)) throw thrown;
    }
  }
  return detections;
}

/** All blobs through one `git cat-file --batch`: `<id> blob <size>\n<bytes>\n` each. */
function readBlobs(root: string, tree: string, paths: readonly string[]): SourceFile[] {
  if (paths.length === 0) return [];
  const output = git(root, ['cat-file', '--batch'], paths.map((path) => `${tree}${path}\n`).join(''));
  const sources: SourceFile[] = [];
  let at = 0;
  for (const path of paths) {
    const newline = output.indexOf(0x0a, at);
    const size = Number(/ blob (\d+)$/.exec(output.toString('latin1', at, newline))?.[1]);
    if (newline === -1 || Number.isNaN(size))
      fail('usage', `git has no readable ${path} in the base`, { hint: 'Fetch the full history: fetch-depth: 0' });
    const bytes = output.subarray(newline + 1, newline + 1 + size);
    sources.push({ path, text: decodeUtf8(path, bytes), sha256: createHash('sha256').update(bytes).digest('hex') });
    at = newline + 1 + size + 1;
  }
  return sources;
}

function git(root: string, args: readonly string[], input = ''): Buffer {
  const result = spawnSync('git', ['-C', root, ...args], { input, maxBuffer: 512 * 1024 * 1024, timeout: 60_000 });
  if (result.error)
    fail('usage', `git cannot be run: ${result.error.message}`, {
      cause: result.error,
      hint: 'Install git, or remove `base`.',
    });
  if (result.status !== 0) {
    fail('usage', `git ${args[0]} failed: ${result.stderr.toString().trim().split('\n')[0]}`, {
      hint: 'Check the ref under gates.attack-mapper.base; a shallow clone lacks it: fetch with fetch-depth: 0',
    });
  }
  return result.stdout;
}
