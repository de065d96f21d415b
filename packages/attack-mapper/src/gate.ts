// SPDX-License-Identifier: Apache-2.0
import { parseConfigFile } from '@helios/core/config';
import { fail } from '@helios/core/error';
import type { Evaluation, Gate, LoadContext } from '@helios/core/gate';
import { matcherOf, type SourceFile } from '@helios/core/input';
import { openCatalog, shippedVersions } from './catalog/shipped.ts';
import { loadPassing } from './coverage/records.ts';
import { type Scope, scopeSchema } from './coverage/scope.ts';
import type { Detection, DetectionFile, Scenario } from './detection/detection.ts';
import { customReader } from './detection/custom.ts';
import { readDetections } from './detection/recognise.ts';
import { evaluate } from './evaluate.ts';
import type { Catalogs } from './mapping/catalogs.ts';
import { type Options, optionsSchema } from './options.ts';
import { RULES } from './rules.ts';

/** One judged file. */
export interface MappedFile extends DetectionFile {
  readonly path: string;
}

export interface Inputs {
  /** Path of helios.yaml: what findings about the whole point at. */
  readonly configPath: string;
  readonly catalogs: Catalogs;
  readonly shipped: Readonly<Record<'attack' | 'atlas', readonly string[]>>;
  readonly files: readonly MappedFile[];
  /** Scenarios that coverage asks for, by the coverage's name. */
  readonly scenarios: ReadonlyMap<string, readonly { readonly path: string; readonly scenario: Scenario }[]>;
  /** Scopes that coverage asks for, by path. */
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly passing: ReadonlySet<string>;
  /** Detections as they were at `base`. */
  readonly before?: readonly Detection[];
}

export const gate: Gate<typeof optionsSchema, Inputs> = {
  id: 'attack-mapper',
  title: 'Detections name live ATT&CK and ATLAS techniques and cover the scope',
  unit: 'detections',
  rules: RULES,
  options: optionsSchema,
  glob: '**/*.{yml,yaml,toml,json}',
  load,
  evaluate: (inputs, options, asOf): Evaluation => evaluate(inputs, options, asOf),
};

async function load(context: LoadContext, options: Options): Promise<Inputs> {
  const catalogs = {
    attack: openCatalog(context, 'attack', options.catalogs.attack),
    atlas: openCatalog(context, 'atlas', options.catalogs.atlas),
  };
  const read = reader(context, options);
  const sources = context.readAll(context.files(options));
  const files: MappedFile[] = [];
  for (const source of sources) {
    try {
      files.push({ path: source.path, ...(await read(source)) });
    } catch (thrown) {
      context.problem(source.path, thrown);
    }
  }
  const digests = new Map(sources.map((source) => [source.path, source.sha256]));
  return {
    configPath: context.config?.path ?? '.',
    catalogs,
    shipped: { attack: shippedVersions('attack'), atlas: shippedVersions('atlas') },
    files,
    scenarios: await loadScenarios(context, options, read),
    scopes: await loadScopes(context, options),
    passing: await loadPassing(context, options.records, digests),
    ...(options.base !== undefined && { before: await readBase(context, options.base, options, read) }),
  };
}

async function readBase(context: LoadContext, base: string, options: Options, read: Read): Promise<Detection[]> {
  return (await import('./coverage/base.ts')).loadBase(context, base, options, read);
}

type Read = (source: SourceFile) => Promise<DetectionFile>;

/** Reads by the first custom format that names the file, else by what the content is; remembered by content. */
function reader(context: LoadContext, { formats }: Options): Read {
  const custom = formats.map((format) => ({
    matches: matcherOf(format.include),
    read: customReader(format),
    kind: JSON.stringify(format),
  }));
  return (source) => {
    const own = custom.find(({ matches }) => matches(source.path));
    const syntax = source.path.slice(source.path.lastIndexOf('.') + 1);
    return context.derive(`${syntax}:${own?.kind ?? 'known'}`, source, () => readDetections(source, own?.read));
  };
}

async function loadScenarios(context: LoadContext, options: Options, read: Read): Promise<Inputs['scenarios']> {
  const loaded = new Map<string, { path: string; scenario: Scenario }[]>();
  for (const { name, scenarios } of options.coverage) {
    if (!scenarios) continue;
    const found: { path: string; scenario: Scenario }[] = [];
    for (const source of context.readAll(context.files({ include: scenarios }))) {
      const file = await read(source);
      if (file.scenarios.length === 0) {
        fail('config', 'holds no scenario', {
          path: source.path,
          hint: 'Write `schema: helios/scenario/v1`, or leave it out of gates.attack-mapper.coverage.',
        });
      }
      found.push(...file.scenarios.map((scenario) => ({ path: source.path, scenario })));
    }
    loaded.set(name, found);
  }
  return loaded;
}

async function loadScopes(context: LoadContext, options: Options): Promise<Inputs['scopes']> {
  const scopes = new Map<string, Scope>();
  for (const { scope } of options.coverage) {
    if (scope !== undefined) scopes.set(scope, await parseConfigFile(context.read(scope), scopeSchema));
  }
  return scopes;
}
