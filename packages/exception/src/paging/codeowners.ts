// SPDX-License-Identifier: Apache-2.0
import ignore from 'ignore';

/**
 * Who owns a path by a CODEOWNERS file, as GitHub reads it: patterns like those of .gitignore but without `!` and
 * ranges, and the last one that matches decides, even for nobody.
 */
export function codeowners(text: string): (path: string) => readonly string[] {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const comment = words.findIndex((word) => word.startsWith('#'));
    const [pattern, ...rest] = comment === -1 ? words : words.slice(0, comment);
    // GitHub passes over lines that it cannot read; so must whoever asks what it would say.
    if (!pattern || pattern.startsWith('!') || pattern.includes('[')) return [];
    return [{ rules: ignore({ ignorecase: false }).add(pattern), depth: depthOf(pattern), owners: rest }];
  });
  return (path) => {
    const depth = path.split('/').length;
    return lines.findLast((line) => depth <= line.depth && line.rules.ignores(path))?.owners ?? [];
  };
}

/** `docs/*` owns the files of a folder; for .gitignore it would be the folders in it as well. */
function depthOf(pattern: string): number {
  return pattern.endsWith('/*') && !pattern.includes('**') ? pattern.replace(/^\//, '').split('/').length : Infinity;
}
