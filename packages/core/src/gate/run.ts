// SPDX-License-Identifier: Apache-2.0
import { isInEffect, names } from '../finding/baseline.ts';
import type { FindingDraft } from '../finding/draft.ts';
import { type Finding, type Level, severity } from '../finding/finding.ts';
import { CORE_RULES } from '../finding/input-rules.ts';
import { loadWaivers, type WaiverFiles } from '../finding/register.ts';
import type { Rule } from '../finding/rule.ts';
import { redact } from '../finding/redact.ts';
import { byPlaceAndFingerprint, type Levels, settleFindings } from '../finding/settle.ts';
import { waive, type Waivers } from '../finding/waiver.ts';
import { type Changes, isChanged } from '../git/changed-lines.ts';
import { canonicalJson, sha256Hex } from '../hash/index.ts';
import type { SourceFile } from '../input/index.ts';
import type { AnyGate } from './gate.ts';
import { openDerived } from './derived.ts';
import { createLoadContext } from './load-context.ts';
import { EXIT, type ExitCode, type GateResult, type Verdict } from './result.ts';

export interface RunSettings {
  /** Absolute real path. */
  readonly root: string;
  readonly asOf: Date;
  readonly config?: SourceFile;
  /** The lowest level that fails the gate. */
  readonly failOn: Level;
  /** What the configuration says of single rules. */
  readonly levels: Levels;
  readonly waivers: WaiverFiles;
  /** Only a part of what the configuration names is looked at, so entries without a match prove nothing. */
  readonly partial: boolean;
  /** Only what belongs to this change counts; everything is judged all the same. */
  readonly changes?: Changes;
  /** Folder of facts derived from file contents in earlier runs; absolute. */
  readonly cache?: string;
}

/** Runs one gate on parsed options. Throws HeliosError for what a user can mend outside the judged files. */
export async function runGate(gate: AnyGate, options: unknown, settings: RunSettings): Promise<GateResult> {
  const derived = openDerived(settings.cache, gate.id);
  const context = createLoadContext({ root: settings.root, asOf: settings.asOf, config: settings.config, derived });
  const waivers = await loadWaivers(context, settings.waivers);
  const inputs: unknown = await gate.load(context, options);
  const loaded = context.finish();
  await derived.save();
  const evaluation = gate.evaluate(inputs, options, settings.asOf);

  const rules = rulesOf(gate, settings.levels);
  const settle = (drafts: readonly FindingDraft[]): Promise<Finding[]> =>
    settleFindings(
      drafts,
      new Map([...gate.rules, ...CORE_RULES].map((rule) => [rule.id, rule])),
      settings.levels,
      loaded.sources,
    );
  const found = await settle([...loaded.problems, ...evaluation.findings]);
  const entries = await settle(judgeBaseline(gate, found, waivers, settings));

  const digests = new Map(loaded.inputs.map(({ path, sha256 }) => [path, sha256]));
  const all = [...waive(found, waivers, settings.asOf, digests), ...entries].sort(byPlaceAndFingerprint);
  const everywhere = all.filter((finding) => !finding.suppression);
  const open = withinChange(everywhere, rules, settings.changes);
  const verdict = verdictOf(open, evaluation.checked, settings.failOn);
  return {
    gate: gate.id,
    title: gate.title,
    verdict,
    exit: exitOf(verdict),
    checked: evaluation.checked,
    unit: gate.unit,
    notChecked: loaded.notChecked,
    findings: open,
    waived: all.filter((finding) => finding.suppression),
    metrics: evaluation.metrics,
    inputs: loaded.inputs,
    rules,
    optionsDigest: sha256Hex(canonicalJson(options)),
    ...(settings.changes && {
      scope: { base: settings.changes.base, outside: everywhere.length - open.length },
    }),
  };
}

/** The findings that a change answers for: those on its lines, and those about the whole repository. */
function withinChange(findings: readonly Finding[], rules: readonly Rule[], changes: Changes | undefined): Finding[] {
  if (!changes) return [...findings];
  const wide = new Set(rules.filter((rule) => rule.wide).map(({ id }) => id));
  return findings.filter(
    ({ ruleId, location: { path, line, endLine } }) => wide.has(ruleId) || isChanged(changes, path, line, endLine),
  );
}

/** The row of a gate that could not run: misconfigured (2) or crashed (70), never a pass. */
export function crashedGate(gate: AnyGate, message: string, exit: ExitCode): GateResult {
  return {
    gate: gate.id,
    title: gate.title,
    verdict: 'error',
    exit,
    checked: 0,
    unit: gate.unit,
    notChecked: 0,
    findings: [],
    waived: [],
    metrics: [],
    inputs: [],
    rules: [],
    optionsDigest: sha256Hex(''),
    error: redact(message),
  };
}

/** The gate's rules and the core's, with the levels that count in this run. */
export function rulesOf(gate: AnyGate, levels: Levels): Rule[] {
  return [...gate.rules, ...CORE_RULES].flatMap((rule) => {
    const level = levels[rule.id] ?? rule.level;
    return level === 'off' ? [] : [{ ...rule, level }];
  });
}

function verdictOf(open: readonly Finding[], checked: number, failOn: Level): Verdict {
  if (open.some((finding) => severity(finding.level) >= severity(failOn))) return 'fail';
  return checked === 0 ? 'nothing-checked' : 'pass';
}

function exitOf(verdict: Verdict): GateResult['exit'] {
  return { pass: EXIT.pass, fail: EXIT.fail, 'nothing-checked': EXIT.nothingChecked, error: EXIT.internal }[verdict];
}

/** Baseline entries of this gate's rules that are past their date, or that nothing matches any more. */
function judgeBaseline(
  gate: AnyGate,
  found: readonly Finding[],
  waivers: Waivers,
  settings: RunSettings,
): FindingDraft[] {
  const { baseline } = waivers;
  if (!baseline) return [];
  const own = new Set(gate.rules.map((rule) => rule.id));
  const present = new Map(found.map((finding) => [finding.fingerprint, finding]));
  return [...baseline.entries.entries()].flatMap(([index, entry]): FindingDraft[] => {
    if (!own.has(entry.rule)) return [];
    const draft = (ruleId: string, message: string): FindingDraft => ({
      ruleId,
      path: baseline.path,
      at: { pointer: ['entries', index, 'fingerprint'] },
      subject: `${entry.rule} in ${entry.path}`,
      matched: entry.fingerprint,
      message,
      owner: entry.owner,
    });
    if (!names(entry, present.get(entry.fingerprint))) {
      return settings.partial
        ? []
        : [draft('core/stale-baseline-entry', `nothing matches the entry for ${entry.rule} in ${entry.path}`)];
    }
    if (isInEffect(entry, settings.asOf)) return [];
    return [
      draft('core/expired-baseline-entry', `the entry for ${entry.rule} in ${entry.path} expired on ${entry.expires}`),
    ];
  });
}
