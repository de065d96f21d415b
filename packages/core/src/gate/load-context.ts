// SPDX-License-Identifier: Apache-2.0
import { fail, HeliosError } from '../error.ts';
import { sha256Hex } from '../hash/index.ts';
import type { FindingDraft } from '../finding/draft.ts';
import { unreadable } from '../finding/input-rules.ts';
import { type FileSelection, type KnownFolders, listFiles } from '../input/files.ts';
import { IS_LINK, readBytes, type RealFolders, readSource, type SourceFile } from '../input/source.ts';
import type { DerivedFacts } from './derived.ts';
import type { InputDigest } from './result.ts';

/** All that a gate may do to learn about the world. Everything read is recorded by path and sha256. */
export interface LoadContext {
  /** Absolute real path of the repository's root. */
  readonly root: string;
  /** The instant that is judged as of: records of later ones are left aside. Absent where nothing is judged. */
  readonly asOf: Date | undefined;
  /** helios.yaml, for findings about what it says; absent when defaults apply. */
  readonly config: SourceFile | undefined;
  /** Paths relative to the root, sorted by code unit. Ignored files are left out; links become findings. */
  files(selection: FileSelection): readonly string[];
  /** Throws HeliosError `input` when the file is missing, too large, a link or not UTF-8. */
  read(path: string): SourceFile;
  /** The bytes of a file that is no text. Throws HeliosError `input`. */
  readBinary(path: string, maxBytes: number): Uint8Array;
  /** Reads what can be read; each file that cannot becomes a finding and counts as "not checked". */
  readAll(paths: readonly string[]): readonly SourceFile[];
  /** Records bytes that do not come from the tree (a shipped catalog, a git object) under a name. */
  record(name: string, bytes: Uint8Array | string): void;
  /**
   * A fact that follows from a file's content and the tool's version alone, remembered between runs by the
   * content's digest. `kind` names the fact; the value must survive JSON. What `compute` throws is not remembered.
   */
  derive<T>(kind: string, source: SourceFile, compute: (source: SourceFile) => T | Promise<T>): Promise<T>;
  /** The same, but what is remembered is parsed when it is first asked for: most of it may never be. */
  deriveLater<T>(kind: string, source: SourceFile, compute: (source: SourceFile) => T | Promise<T>): Promise<() => T>;
  /** Reports a file that could not be judged, for a thrown HeliosError `input`; anything else is thrown on. */
  problem(path: string, thrown: unknown): void;
}

/** What a context has seen by the end of `load`. */
export interface LoadRecord {
  readonly inputs: readonly InputDigest[];
  readonly problems: readonly FindingDraft[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  readonly notChecked: number;
}

export interface ContextSettings {
  /** Absolute real path. */
  readonly root: string;
  readonly config: SourceFile | undefined;
  readonly derived: DerivedFacts;
  readonly asOf?: Date;
}

/** `/etc/*`, `c:/rules`, `../rules/*`, `{a,../b}/*` */
const LEAVES_ROOT = /^\/|^[a-z]:|(?:^|[/{,(|])\.\.(?:$|[/},)|])/i;

export function createLoadContext({
  root,
  config,
  derived,
  asOf,
}: ContextSettings): LoadContext & { finish(): LoadRecord } {
  const digests = new Map<string, string>();
  // What the configuration says is in the options, which have a digest of their own: here it only lends positions.
  const sources = new Map<string, SourceFile>(config && [[config.path, config]]);
  const problems: FindingDraft[] = [];
  const failed = new Set<string>();
  const folders: RealFolders = new Map();
  const listed: KnownFolders = new Map();

  const read = (path: string): SourceFile => {
    const known = digests.has(path) ? sources.get(path) : undefined;
    if (known) return known;
    const source = readSource(root, path, folders);
    sources.set(path, source);
    digests.set(path, source.sha256);
    return source;
  };
  const problem = (path: string, thrown: unknown): void => {
    if (!(thrown instanceof HeliosError) || thrown.code !== 'input') throw thrown;
    failed.add(path);
    // A file that several selections name is as unreadable each time.
    const draft = unreadable(path, thrown);
    if (!problems.some((known) => known.path === path && known.message === draft.message)) problems.push(draft);
  };
  const record = (name: string, bytes: Uint8Array | string): void => {
    digests.set(name, sha256Hex(bytes));
  };
  return {
    root,
    asOf,
    config,
    derive: (kind, source, compute) => derived.recall(`${kind}:${source.sha256}`, () => compute(source)),
    deriveLater: (kind, source, compute) => derived.recallLater(`${kind}:${source.sha256}`, () => compute(source)),
    files(selection) {
      const outside = selection.include.find((glob) => LEAVES_ROOT.test(glob));
      if (outside !== undefined) {
        // It would match nothing, and what it means would not be checked.
        fail('config', `the glob "${outside}" leads out of the repository`, {
          ...(config && { path: config.path }),
          hint: 'Write globs from the folder of helios.yaml, without a slash before them or `..` in them.',
        });
      }
      const listing = listFiles(root, selection, listed);
      for (const link of listing.links) {
        problem(link, new HeliosError('input', IS_LINK));
      }
      return listing.files;
    },
    read,
    readBinary(path, maxBytes) {
      const bytes = readBytes(root, path, maxBytes, folders);
      record(path, bytes);
      return bytes;
    },
    readAll(paths) {
      return paths.flatMap((path) => {
        try {
          return [read(path)];
        } catch (thrown) {
          problem(path, thrown);
          return [];
        }
      });
    },
    record,
    problem,
    finish() {
      const inputs = [...digests].map(([path, sha256]) => ({ path, sha256 }));
      inputs.sort((a, b) => (a.path < b.path ? -1 : 1));
      return { inputs, problems, sources, notChecked: failed.size };
    },
  };
}
