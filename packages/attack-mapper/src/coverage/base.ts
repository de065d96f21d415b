// SPDX-License-Identifier: Apache-2.0
import { HeliosError } from '@helios/core/error';
import type { LoadContext } from '@helios/core/gate';
import { commitOf, prefixOf, readTree } from '@helios/core/git';
import { sha256Hex } from '@helios/core/hash';
import { decodeUtf8, matcherOf, type SourceFile } from '@helios/core/input';
import type { Detection } from '../detection/detection.ts';
import type { Options } from '../options.ts';

/** How a file's detections are read; the same way for the work tree and for the past. */
type Read = (source: SourceFile) => Promise<{ readonly detections: readonly Detection[] }>;

/** The detections as they were at a git ref. Throws HeliosError `usage` when git or the ref is not there. */
export async function loadBase(context: LoadContext, base: string, options: Options, read: Read): Promise<Detection[]> {
  const commit = baseCommit(context.root, base);
  context.record('git:base', commit);
  const included = matcherOf(options.include);
  const excluded = matcherOf(options.exclude);
  const detections: Detection[] = [];
  const tree = `${commit}:${prefixOf(context.root)}`;
  for (const { path, kind, bytes } of readTree(context.root, tree, (path) => included(path) && !excluded(path))) {
    if (kind === 'link') continue;
    try {
      const source = { path, text: decodeUtf8(path, bytes), sha256: sha256Hex(bytes) };
      detections.push(...(await read(source)).detections);
    } catch (thrown) {
      // What was broken in the past is not this change's fault: it covered nothing then.
      if (!(thrown instanceof HeliosError)) throw thrown;
    }
  }
  return detections;
}

function baseCommit(root: string, base: string): string {
  try {
    return commitOf(root, base);
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    throw new HeliosError('usage', `git has no commit ${base}: ${thrown.message}`, {
      cause: thrown,
      hint: 'Check the ref under gates.attack-mapper.base; a shallow clone lacks it: fetch with fetch-depth: 0',
    });
  }
}
