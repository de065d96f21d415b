// SPDX-License-Identifier: Apache-2.0
import { type Correlation } from './correlation/correlation.ts';
import { isCorrelation, parseCorrelation } from './correlation/parse.ts';
import { applyFilters, isFilter, parseFilter, type SigmaFilter } from './sigma/filter.ts';
import { type ParseSettings, parseRule, type Selections } from './sigma/parse.ts';
import { applyPipelines, type Pipeline } from './sigma/pipeline.ts';
import { fromOutline, type Outline } from './sigma/outline.ts';
import type { Problem } from './sigma/problem.ts';
import type { SigmaRule } from './sigma/rule.ts';

/** Where a document stands. */
export interface Place {
  readonly path: string;
  /** 0-based index in its file. */
  readonly document: number;
}

type Placed<T> = T & { readonly place: Place; readonly written: Readonly<Record<string, unknown>> };

/** All Sigma documents of some files, by what they are. Rules are as filters left them. */
export interface Ruleset {
  readonly rules: readonly Placed<{ readonly rule: SigmaRule }>[];
  readonly correlations: readonly Placed<{ readonly correlation: Correlation }>[];
  readonly filters: readonly Placed<{ readonly filter: SigmaFilter }>[];
  /** Documents that mean nothing that can be run. */
  readonly problems: readonly Placed<{ readonly problem: Problem }>[];
}

export interface DocumentFile {
  readonly path: string;
  readonly documents: readonly unknown[];
  /** Of each document, if it is a rule and was read before. */
  readonly selections?: readonly (Selections | null)[];
  /** Of each document, where all are rules that were read before: then the rest is looked at when it is asked for. */
  readonly outlines?: readonly Outline[];
}

export interface RulesetSettings extends ParseSettings {
  /** What changes each rule, after filters are joined to it. */
  readonly pipelines?: readonly Pipeline[];
}

/** Reads Sigma documents; those of other formats are left out. */
export function readRuleset(
  files: readonly DocumentFile[],
  { pipelines = [], ...settings }: RulesetSettings = {},
): Ruleset {
  const set = {
    rules: [] as Placed<{ rule: SigmaRule }>[],
    correlations: [] as Placed<{ correlation: Correlation }>[],
    filters: [] as Placed<{ filter: SigmaFilter }>[],
    problems: [] as Placed<{ problem: Problem }>[],
  };
  for (const file of files) {
    if (file.outlines) {
      set.rules.push(...file.outlines.map((outline, document) => outlinedRule(file, outline, document, settings)));
      continue;
    }
    const { path, documents, selections = [] } = file;
    for (const [document, written] of documents.entries()) {
      if (!isSigma(written)) continue;
      const at = { place: { path, document }, written };
      const parsed = parseDocument(written, settings, selections[document] ?? undefined);
      if ('problem' in parsed) set.problems.push({ ...at, ...parsed });
      else if ('correlation' in parsed) set.correlations.push({ ...at, ...parsed });
      else if ('filter' in parsed) set.filters.push({ ...at, ...parsed });
      else set.rules.push({ ...at, ...parsed });
    }
  }
  if (set.filters.length + pipelines.length === 0) return set;
  const filters = set.filters.map(({ filter }) => filter);
  const final = (rule: SigmaRule): SigmaRule => applyPipelines(applyFilters(rule, filters), pipelines);
  return { ...set, rules: set.rules.map((each) => ({ ...each, rule: final(each.rule) })) };
}

function outlinedRule(
  file: DocumentFile,
  outline: Outline,
  document: number,
  settings: ParseSettings,
): Ruleset['rules'][number] {
  const written = (): Readonly<Record<string, unknown>> => {
    const found = file.documents[document];
    if (!isSigma(found)) throw new Error(`${file.path} was outlined as a rule, and is none`);
    return found;
  };
  const read = (): SigmaRule => {
    const parsed = parseRule(written(), settings, file.selections?.[document] ?? undefined);
    if ('problem' in parsed) throw new Error(`${file.path} was outlined as a sound rule, and is none`);
    return parsed.rule;
  };
  return {
    place: { path: file.path, document },
    rule: fromOutline(outline, read),
    get written() {
      return written();
    },
  };
}

function parseDocument(
  document: unknown,
  settings: ParseSettings,
  selections: Selections | undefined,
): { rule: SigmaRule } | { correlation: Correlation } | { filter: SigmaFilter } | { problem: Problem } {
  if (isCorrelation(document)) return parseCorrelation(document);
  return isFilter(document) ? parseFilter(document) : parseRule(document, settings, selections);
}

/** Whether a document is a rule, and neither a correlation nor a filter. */
export function isRule(document: unknown): document is Readonly<Record<string, unknown>> {
  return isSigma(document) && !isCorrelation(document) && !isFilter(document);
}

/** A document with a detection, a correlation or a filter beside a title or a log source. */
function isSigma(document: unknown): document is Readonly<Record<string, unknown>> {
  if (document === null || typeof document !== 'object' || Array.isArray(document)) return false;
  const has = (key: string): boolean => key in document;
  return (has('detection') || has('correlation') || has('filter')) && (has('title') || has('logsource'));
}
