// SPDX-License-Identifier: Apache-2.0
import type { GateResult } from '@helios/core/gate';

/** What a change is about. */
export interface Concern {
  /** Files that were changed, added or removed. */
  readonly changed: readonly string[];
  /** Findings that are gone. */
  readonly mended: number;
  /** The new result, with the findings in changed files, and those elsewhere that were not there before. */
  readonly open: GateResult;
}

export function concernOf(before: GateResult, now: GateResult): Concern {
  const [old, read] = [digestsOf(before), digestsOf(now)];
  const changed = [...new Set([...old.keys(), ...read.keys()])]
    .filter((path) => old.get(path) !== read.get(path))
    .sort();
  const known = new Set(before.findings.map(({ fingerprint }) => fingerprint));
  const open = new Set(now.findings.map(({ fingerprint }) => fingerprint));
  return {
    changed,
    mended: [...known].filter((fingerprint) => !open.has(fingerprint)).length,
    open: {
      ...now,
      findings: now.findings.filter(
        ({ fingerprint, location }) => changed.includes(location.path) || !known.has(fingerprint),
      ),
    },
  };
}

function digestsOf({ inputs }: GateResult): ReadonlyMap<string, string> {
  return new Map(inputs.map(({ path, sha256 }) => [path, sha256]));
}
