// SPDX-License-Identifier: Apache-2.0

/** Lines from `from` up to and with `to`, 1-based. */
export type Lines = readonly [from: number, to: number];

/** What has changed since a commit, committed or not. Plain data: it is sent to threads. */
export interface Changes {
  /** The commit that both histories share. */
  readonly base: string;
  /** Changed lines by path, relative to the folder; `new` for files that were not there. Deleted files have no lines. */
  readonly files: ReadonlyMap<string, readonly Lines[] | 'new'>;
}

/** Whether something at a place of a file belongs to the change; a whole file does if anything of it has changed. */
export function isChanged({ files }: Changes, path: string, line: number | undefined, endLine = line): boolean {
  const lines = files.get(path);
  if (lines === undefined || lines === 'new' || line === undefined) return lines !== undefined;
  return lines.some(([from, to]) => from <= (endLine ?? line) && line <= to);
}
