// SPDX-License-Identifier: Apache-2.0
import { parseConfigFile } from '@helios/core/config';
import { HeliosError } from '@helios/core/error';
import type { FindingDraft } from '@helios/core/finding';
import type { Evaluation, Gate, LoadContext } from '@helios/core/gate';
import { literalGlob } from '@helios/core/input';
import { loadRuleset, type Loaded } from './falco/index.ts';
import { judgeBareNumbers } from './lint/bare-numbers.ts';
import { judgeConditions } from './lint/condition.ts';
import { judgeConventions } from './lint/conventions.ts';
import { judgeCorrelations } from './lint/correlations.ts';
import { judgeEventIds } from './lint/event-ids.ts';
import { judgeFalco } from './lint/falco.ts';
import { judgeFields } from './lint/fields.ts';
import { judgeKeys } from './lint/keys.ts';
import { judgeKnownValues } from './lint/known-values.ts';
import { judgeLogic } from './lint/logic.ts';
import { judgeLogsources } from './lint/logsource.ts';
import { judgeMetadata } from './lint/metadata.ts';
import { judgeModifiers } from './lint/modifiers.ts';
import { judgeProblems } from './lint/problems.ts';
import { judgeReach } from './lint/reach.ts';
import { judgeRunbooks } from './lint/runbook.ts';
import { judgeStyle } from './lint/style.ts';
import { judgeTags } from './lint/tags.ts';
import { judgeTargets } from './lint/targets.ts';
import { judgeNoise, noiseMetrics } from './noise/judge-noise.ts';
import { type Benign, loadBenign } from './noise/load.ts';
import { measureNoise } from './noise/noise.ts';
import { type Options, optionsSchema } from './options.ts';
import { RULES } from './rules.ts';
import { readDocuments, type RuleFile } from './memory.ts';
import { readRuleset, type Ruleset } from './ruleset.ts';
import { type Pipeline, pipelineSchema, placeholdersOf } from './sigma/pipeline.ts';
import { type LoadedTest, testFileSchema } from './testing/case.ts';
import { judgeTests, judgeTimes } from './testing/judge-tests.ts';
import { testMetrics } from './testing/metrics.ts';
import { loadRecord } from './testing/record.ts';
import { runTests } from './testing/run.ts';

export interface Inputs {
  readonly set: Ruleset;
  readonly falco: Loaded;
  readonly tests: readonly LoadedTest[];
  readonly benign: Benign;
  /** What tests said before. */
  readonly before: Awaited<ReturnType<typeof loadRecord>>;
  /** Test files that say something else than their schema asks. */
  readonly brokenTests: readonly FindingDraft[];
  /** Numbers that reading has changed. */
  readonly bareNumbers: readonly FindingDraft[];
  /** Files that rules may name as their runbook; absent where that is not asked for. */
  readonly runbooks: readonly string[] | undefined;
  /** Where the targets of figures stand. */
  readonly configPath: string;
  /** sha256 of each file with rules, by path. */
  readonly digests: ReadonlyMap<string, string>;
}

export const gate: Gate<typeof optionsSchema, Inputs> = {
  id: 'detect',
  title: 'Detections are sound, and tests show what they see',
  unit: 'detections',
  rules: RULES,
  options: optionsSchema,
  glob: '**/*.{yml,yaml}',
  load,
  evaluate,
};

async function load(context: LoadContext, options: Options): Promise<Inputs> {
  const testPaths = context.files({ include: options.tests.include });
  const exclude = [...options.exclude, ...options.tests.include, ...options.pipelines];
  const sources = context.readAll(context.files({ include: options.include, exclude }));
  const pipelines: Pipeline[] = [];
  for (const path of context.files({ include: options.pipelines }))
    pipelines.push(await parseConfigFile(context.read(path), pipelineSchema));
  const settings = { placeholders: new Map([...placeholdersOf(pipelines), ...Object.entries(options.placeholders)]) };
  const files: RuleFile[] = [];
  for (const source of sources) {
    try {
      files.push(await readDocuments(context, source, settings));
    } catch (thrown) {
      context.problem(source.path, thrown);
    }
  }
  const loaded = await loadTests(context, testPaths);
  const set = readRuleset(files, { ...settings, pipelines });
  const digests = new Map(sources.map(({ path, sha256 }) => [path, sha256]));
  const falco = loadRuleset(files.filter((file) => !file.outlines && file.documents.some(isFalco)));
  return {
    set,
    falco,
    bareNumbers: judgeBareNumbers(files),
    benign: await loadBenign(context, options.benign),
    before: await loadRecord(context, options.tests.record),
    runbooks: options.runbooks.length === 0 ? undefined : runbooksIn(context, options.runbooks),
    configPath: context.config?.path ?? sources[0]?.path ?? '.',
    digests,
    ...loaded,
    tests: loaded.tests.filter(({ test }) => isJudged(test.file, digests, context)),
  };
}

/** They are read, so that the proof holds them and can be replayed. */
function runbooksIn(context: LoadContext, include: Options['runbooks']): string[] {
  return context.readAll(context.files({ include })).map(({ path }) => path);
}

/** A document of a Falco rules file: a list of rules, macros, lists and requirements. */
function isFalco(document: unknown): boolean {
  if (!Array.isArray(document)) return false;
  const keys = ['rule', 'macro', 'list', 'required_engine_version', 'required_plugin_versions'];
  return document.some((item: unknown) => item !== null && typeof item === 'object' && keys.some((key) => key in item));
}

/** A test counts where its rule's file is judged, and where that file is not there at all. */
function isJudged(file: string, digests: ReadonlyMap<string, string>, context: LoadContext): boolean {
  return digests.has(file) || context.files({ include: [literalGlob(file)] }).length === 0;
}

async function loadTests(
  context: LoadContext,
  paths: readonly string[],
): Promise<Pick<Inputs, 'tests' | 'brokenTests'>> {
  const tests: LoadedTest[] = [];
  const brokenTests: FindingDraft[] = [];
  for (const source of context.readAll(paths)) {
    try {
      tests.push({ path: source.path, test: await parseConfigFile(source, testFileSchema) });
    } catch (thrown) {
      if (!(thrown instanceof HeliosError)) throw thrown;
      brokenTests.push(brokenTest(source.path, thrown));
    }
  }
  return { tests, brokenTests };
}

function brokenTest(path: string, { message, detail: { line = 1, column = 1, hint } }: HeliosError): FindingDraft {
  const ruleId = 'detect/broken-test';
  return { ruleId, path, line, column, subject: path, message, ...(hint !== undefined && { remedy: hint }) };
}

function evaluate(inputs: Inputs, options: Options, asOf: Date): Evaluation {
  const { set, falco, tests, benign, brokenTests } = inputs;
  const detections = { set, falco: falco.ruleset };
  const runs = runTests(detections, tests);
  const noise = measureNoise(set, benign.events);
  const metrics = [
    ...testMetrics(detections, runs, options),
    ...noiseMetrics(noise, benign.events.length, benign.before, options.benign),
  ];
  const findings = [
    ...lint(inputs, options, asOf),
    ...brokenTests,
    ...judgeTests(detections, tests, runs, options.tests),
    ...judgeTimes(runs, inputs.before),
    ...judgeNoise(set, noise, benign.before, options.benign),
    ...judgeTargets(metrics, inputs.configPath),
  ];
  const sigma = set.rules.length + set.correlations.length + set.filters.length + set.problems.length;
  return { findings, metrics, checked: sigma + falco.ruleset.rules.length };
}

/** What can be said of rules by reading them. */
function* lint(
  { set, falco, bareNumbers, runbooks }: Inputs,
  { conventions }: Options,
  asOf: Date,
): Generator<FindingDraft> {
  yield* judgeProblems(set);
  yield* bareNumbers;
  yield* judgeMetadata(set);
  yield* judgeKeys(set);
  yield* judgeTags(set);
  yield* judgeLogsources(set);
  yield* judgeEventIds(set);
  yield* judgeFields(set);
  yield* judgeLogic(set);
  yield* judgeReach(set);
  yield* judgeConditions(set);
  yield* judgeCorrelations(set);
  yield* judgeStyle(set);
  yield* judgeKnownValues(set);
  yield* judgeModifiers(set);
  if (runbooks) yield* judgeRunbooks(set, runbooks);
  if (conventions === 'sigmahq') yield* judgeConventions(set, asOf);
  yield* judgeFalco(falco);
}
