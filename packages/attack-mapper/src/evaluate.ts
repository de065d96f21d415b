// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Evaluation, Metric } from '@helios/core/gate';
import { matcherOf } from '@helios/core/input';
import { isLive, parentOf } from './catalog/catalog.ts';
import { type Claimants, claimantsOf, coverScenarios, coverScope } from './coverage/coverage.ts';
import { judgeCoverage, judgeRegression, type Measured, measureCoverage } from './coverage/judge-coverage.ts';
import { relevantTechniques } from './coverage/scope.ts';
import type { Detection } from './detection/detection.ts';
import type { Inputs } from './gate.ts';
import { judgeCatalogs } from './mapping/judge-catalog.ts';
import { judgeDetection, type PlacedDetection } from './mapping/judge-detection.ts';
import { judgeScenarios } from './mapping/judge-scenario.ts';
import type { Options } from './options.ts';

/** Pure: the verdict of given inputs as of a moment. */
export function evaluate(inputs: Inputs, options: Options, asOf: Date): Evaluation {
  const { catalogs, files } = inputs;
  const isAi = aiTest(options);
  const placed = files.flatMap(({ path, detections }): PlacedDetection[] =>
    detections.map((detection) => ({ path, detection, ai: isAi(path, detection) })),
  );
  const detections = placed.map(({ detection }) => detection);
  const covered = judgeCovered(detections, inputs, options);
  return {
    checked: detections.length,
    findings: [
      ...placed.flatMap((each) => judgeDetection(each, catalogs)),
      ...files.flatMap(({ path, unrecognised }) => judgeRecognition(path, unrecognised)),
      ...judgeScenarios(scenariosOf(inputs), catalogs, new Set(detections.map(({ id }) => id))),
      ...judgeCatalogs(catalogs, inputs, options, asOf),
      ...covered.findings,
    ],
    metrics: [...describe(detections, inputs), ...covered.metrics],
  };
}

/** What follows from who names what, which is only gathered where somebody asks for it. */
function judgeCovered(
  detections: readonly Detection[],
  inputs: Inputs,
  options: Options,
): Pick<Evaluation, 'findings' | 'metrics'> {
  if (options.coverage.length === 0 && !inputs.before) return { findings: [], metrics: [] };
  const claimants = claimantsOf(detections, inputs.catalogs);
  const measured = measureAll(inputs, options, claimants);
  return {
    findings: [...measured.flatMap(judgeCoverage), ...judgeBase(inputs, options, claimants)],
    metrics: measured.flatMap(measureCoverage),
  };
}

function aiTest({ ai }: Options): (path: string, detection: Detection) => boolean {
  const matches = matcherOf(ai.paths);
  const logsource = new Set(ai.logsource.map((name) => name.toLowerCase()));
  const tags = new Set(ai.tags.map((tag) => tag.toLowerCase()));
  return (path, { traits }) =>
    matches(path) || traits.logsource.some((name) => logsource.has(name)) || traits.tags.some((tag) => tags.has(tag));
}

function judgeRecognition(path: string, unrecognised: number): FindingDraft[] {
  if (unrecognised === 0) return [];
  const what = unrecognised === 1 ? 'a document that is' : `${unrecognised} documents that are`;
  return [
    {
      ruleId: 'mapping/unrecognised-file',
      path,
      subject: path,
      message: `holds ${what} no detection of a known format`,
    },
  ];
}

/** Each scenario once, though it may be read as a file and named by a coverage too. */
function scenariosOf({ files, scenarios }: Inputs): Map<string, Inputs['files'][number]['scenarios']> {
  const byPath = new Map(files.filter((file) => file.scenarios.length > 0).map((file) => [file.path, file.scenarios]));
  for (const { path, scenario } of [...scenarios.values()].flat()) {
    if (!files.some((file) => file.path === path)) byPath.set(path, [...(byPath.get(path) ?? []), scenario]);
  }
  return byPath;
}

export function measureAll(inputs: Inputs, options: Options, claimants: Claimants): Measured[] {
  const { catalogs, passing, scopes, scenarios } = inputs;
  return options.coverage.map((each): Measured => {
    const scope = each.scope === undefined ? undefined : scopes.get(each.scope);
    if (scope && each.scope !== undefined) {
      const relevant = relevantTechniques(each.scope, scope, catalogs);
      return { options: each, path: each.scope, targets: coverScope(relevant, claimants, passing) };
    }
    const named = scenarios.get(each.name) ?? [];
    const targets = coverScenarios(
      named.map(({ scenario }) => scenario),
      claimants,
      passing,
      catalogs,
    );
    return { options: each, path: named[0]?.path ?? each.scenarios?.[0] ?? each.name, targets };
  });
}

function judgeBase({ before, catalogs, configPath }: Inputs, { base }: Options, now: Claimants): FindingDraft[] {
  if (!before || base === undefined) return [];
  return judgeRegression(configPath, base, claimantsOf(before, catalogs), now);
}

/** Facts about the whole, held against nothing. */
function describe(detections: readonly Detection[], { catalogs }: Inputs): Metric[] {
  const distinct = new Set<string>();
  let withTechnique = 0;
  for (const { claims } of detections) {
    const techniques = claims.filter(({ kind }) => kind === 'technique');
    for (const { id } of techniques) distinct.add(id);
    if (techniques.length > 0) withTechnique++;
  }
  const live = catalogs.attack.document.techniques.filter(isLive);
  const parents = live.filter(({ id }) => parentOf(id) === id);
  const named = live.filter(({ id }) => distinct.has(id));
  const touched = new Set(named.map(({ id }) => parentOf(id)));
  return [
    shareOf('detections.with-technique', 'detections that name a technique', withTechnique, detections.length),
    shareOf('techniques.named', 'live ATT&CK techniques named', named.length, live.length),
    shareOf(
      'techniques.parents',
      'ATT&CK parent techniques touched',
      parents.filter(({ id }) => touched.has(id)).length,
      parents.length,
    ),
  ];
}

function shareOf(id: string, title: string, hits: number, of: number): Metric {
  return { id, title, value: of === 0 ? 0 : Math.floor((hits * 1000) / of) / 10, unit: '%', sample: { hits, of } };
}
