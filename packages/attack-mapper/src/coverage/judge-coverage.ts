// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Metric } from '@helios/core/gate';
import { parentOf } from '../catalog/catalog.ts';
import type { CoverageOptions } from '../options.ts';
import type { Claimants, Target } from './coverage.ts';

/** A coverage that was asked for, with what it came to. */
export interface Measured {
  readonly options: CoverageOptions;
  /** The file that findings point at. */
  readonly path: string;
  readonly targets: readonly Target[];
}

const KINDS = ['claimed', 'validated'] as const;

export function measureCoverage({ options, targets }: Measured): Metric[] {
  return KINDS.map((kind) => {
    const hits = targets.filter((target) => target[kind]).length;
    const least = options[kind];
    return {
      id: `coverage.${options.name}.${kind}`,
      title: `${options.name} coverage, ${kind}`,
      value: percentOf(hits, targets.length),
      unit: '%',
      sample: { hits, of: targets.length },
      ...(least !== undefined && { threshold: { atLeast: least } }),
    };
  });
}

export function judgeCoverage({ options, path, targets }: Measured): FindingDraft[] {
  return KINDS.flatMap((kind): FindingDraft[] => {
    const least = options[kind];
    const missing = targets.filter((target) => !target[kind]).map((target) => target.name);
    const share = percentOf(targets.length - missing.length, targets.length);
    // Nothing relevant is nothing covered: an empty scope must not pass.
    if (least === undefined || (targets.length > 0 && share >= least)) return [];
    return [
      {
        ruleId: 'mapping/coverage-below-threshold',
        path,
        subject: `${options.name} coverage, ${kind}`,
        message: `${share} % of ${targets.length} relevant techniques are ${kind}, needs ≥ ${least} %`,
        remedy:
          missing.length === 0
            ? 'The scope selects no technique: name platforms or ids.'
            : `Missing: ${listed(missing)}.`,
      },
    ];
  });
}

/** A parent that lost its last sub-technique is told of once, by the sub-technique. */
export function judgeRegression(path: string, base: string, before: Claimants, now: Claimants): FindingDraft[] {
  const lost = [...before.keys()].filter((id) => !now.has(id)).sort();
  return lost
    .filter((id) => !lost.some((other) => other !== id && parentOf(other) === id))
    .map((id) => ({
      ruleId: 'mapping/coverage-regression',
      path,
      at: { pointer: ['gates', 'attack-mapper', 'base'] },
      subject: id,
      matched: id,
      message: `${id} was covered at ${base} by ${listed([...(before.get(id) ?? [])].sort())}, and nothing covers it now`,
    }));
}

/** To one decimal, rounded down: 97.96 must not read as 98. */
function percentOf(hits: number, of: number): number {
  return of === 0 ? 0 : Math.floor((hits * 1000) / of) / 10;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20);
  return shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '');
}
