// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail } from '@helios/core/error';
import { namesSchema, readRecord, resultSchema, type RunDocument, runSchema } from '@helios/core/evidence';
import type { Exception } from '@helios/core/finding';
import type { LoadContext } from '@helios/core/gate';
import {
  decodeUtf8,
  LIMITS,
  literalGlob,
  parseStrictJson,
  readBytes,
  readSource,
  type SourceFile,
} from '@helios/core/input';
import { CONTROL_RUN_TYPE, type ControlRun, controlRunSchema } from '@helios/core/record';
import type { z } from 'zod';
import { type GateRun, gateRunOf, type History, type Run } from './history.ts';

/** What the evidence folder holds of the last runs, and which files of scopes are gone. */
export async function loadHistory(
  context: LoadContext,
  { evidence, runs }: { readonly evidence: string; readonly runs: number },
  exceptions: readonly Exception[],
): Promise<History> {
  // Without exceptions the past does not matter, and the verdict need not rest on it.
  if (exceptions.length === 0) return { runs: [], controls: [], gone: new Set() };
  const paths = new Set(exceptions.flatMap(({ scope: { path } }) => path ?? []));
  return {
    runs: loadRuns(context, evidence, runs),
    controls: loadControls(context, evidence),
    gone: new Set([...paths].filter((path) => !existsSync(join(context.root, path)))),
  };
}

function loadRuns(context: LoadContext, evidence: string, most: number): Run[] {
  const paths = evidenceFiles(context, evidence, 'builds/run-*.json');
  const rollups = new Map(paths.filter((path) => path.endsWith('.intoto.json')).map((path) => [stemOf(path), path]));
  const dated = paths
    .filter((path) => !path.endsWith('.intoto.json') && !path.endsWith('.sigstore.json'))
    .flatMap((path) => attempt(context, path, () => [{ path, at: Date.parse(instantOf(context, path)) }]));
  const latest = dated
    .filter(({ at }) => isPast(context, at))
    .sort((a, b) => a.at - b.at)
    .slice(-most);
  return latest.flatMap(({ path }) => {
    const rollup = rollups.get(stemOf(path));
    // A run without a roll-up was killed before it claimed anything.
    return rollup === undefined ? [] : attempt(context, path, () => [loadRun(context, evidence, path, rollup)]);
  });
}

/** `run-` and the start of the run's digest: what a run and its roll-up share. */
function stemOf(path: string): string {
  return basename(path).split('.', 1).join('');
}

/** Looked at without being recorded: of all runs, only the last are what the verdict rests on. */
function instantOf({ root }: LoadContext, path: string): string {
  return parsed(path, decodeUtf8(path, readBytes(root, path, LIMITS.jsonBytes)), runSchema).asOf;
}

function loadRun(context: LoadContext, evidence: string, path: string, rollup: string): Run {
  const run = readDocument(context, path, runSchema);
  const stated = new Set(run.gates.map(({ statement }) => statement));
  const gates = parsed(rollup, context.read(rollup).text, namesSchema)
    .filter(({ sha256 }) => stated.has(sha256))
    .flatMap((statement) => {
      const document = `${evidence}/${statement.path.replace(/\.intoto\.json$/, '.json')}`;
      return attempt(context, document, () => loadGate(context, document, run));
    });
  return { at: new Date(run.asOf), path: path.slice(evidence.length + 1), gates };
}

/** Nothing for a gate that looked at a part only: what it did not find may be elsewhere. */
function loadGate(context: LoadContext, path: string, { flags }: RunDocument): GateRun[] {
  const result = readDocument(context, path, resultSchema);
  const partial = result.scope !== undefined || flags?.paths !== undefined || result.verdict === 'nothing-checked';
  return partial ? [] : [gateRunOf(result)];
}

/** Control runs in the order of time; other records of the folder are none of ours. */
function loadControls(context: LoadContext, evidence: string): ControlRun[] {
  const read = (source: SourceFile): ControlRun | undefined => readRecord(source, CONTROL_RUN_TYPE, controlRunSchema);
  return evidenceFiles(context, evidence, 'ccv/*.intoto.json')
    .flatMap((path) =>
      attempt(context, path, () => {
        const run = read(readSource(context.root, path));
        return run && isPast(context, Date.parse(run.finished)) ? (read(context.read(path)) ?? []) : [];
      }),
    )
    .sort((a, b) => Date.parse(a.finished) - Date.parse(b.finished));
}

/** What came later was not known: without this, no verdict could be had again, as each leaves evidence of its own. */
function isPast({ asOf }: LoadContext, at: number): boolean {
  return asOf === undefined || at < asOf.getTime();
}

function evidenceFiles(context: LoadContext, evidence: string, glob: string): readonly string[] {
  return context.files({ include: [`${literalGlob(evidence)}/${glob}`], ignored: true });
}

/** The name of a document carries the start of its digest: one that was changed is known by it. */
function readDocument<T>(context: LoadContext, path: string, schema: z.ZodType<T>): T {
  const { text, sha256 } = context.read(path);
  if (!path.endsWith(`-${sha256.slice(0, 12)}.json`)) {
    fail('input', 'is not what its name says: it was changed after it was written', { path, hint: RESTORE });
  }
  return parsed(path, text, schema);
}

const RESTORE = 'Restore it from where it came, or move it away.';

function parsed<T>(path: string, text: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(parseStrictJson(path, text));
  if (result.success) return result.data;
  return fail('input', `is no evidence: ${result.error.issues[0]?.message ?? 'wrong shape'}`, { path, hint: RESTORE });
}

/** Evidence that cannot be read is a finding: whoever can break a file must not make a waiver look unused. */
function attempt<T>(context: LoadContext, path: string, read: () => T | readonly T[]): readonly T[] {
  try {
    const value = read();
    return isList(value) ? value : [value];
  } catch (thrown) {
    context.problem(path, thrown);
    return [];
  }
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
