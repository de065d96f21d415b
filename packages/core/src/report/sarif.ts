// SPDX-License-Identifier: Apache-2.0
import type { Level } from '../finding/finding.ts';
import type { Rule } from '../finding/rule.ts';
import type { GateResult, Report } from '../gate/result.ts';
import { counted, grouped } from './quantity.ts';
import type { Reporter } from './reporter.ts';
import { markdownText, toJson } from './sanitize.ts';
import { resultOf } from './sarif-result.ts';
import { mostSevereFirst, obstacleOf } from './tally.ts';

/** What GitHub code scanning takes; beyond it refuses the upload, or keeps results without looking at their level. */
const LIMIT = { runs: 20, results: 5_000, rules: 25_000, gzipBytes: 10_000_000 };

/** SARIF 2.1.0, one run per gate, within the limits of GitHub code scanning. Says what it had to leave out. */
export const sarif: Reporter = (report) => {
  for (let results = LIMIT.results; ; results = Math.floor(results / 2)) {
    const text = toJson(logOf(report, results));
    if (results === 0 || fitsUpload(text)) return text;
  }
};

function fitsUpload(text: string): boolean {
  const bytes = Buffer.from(text);
  // Loaded for large reports alone: every command that writes any report would pay for it.
  return (
    bytes.length <= LIMIT.gzipBytes || process.getBuiltinModule('node:zlib').gzipSync(bytes).length <= LIMIT.gzipBytes
  );
}

function logOf(report: Report, maxResults: number): object {
  const baselineInUse = report.gates.some((gate) =>
    gate.waived.some(({ suppression }) => suppression?.kind === 'baselined'),
  );
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: partsOf(report.gates).map((part) => runOf(part, report, maxResults, baselineInUse)),
  };
}

/** The gates that share one run: one each, but where there are more gates than runs the last ones share the last. */
interface Part {
  readonly name: string;
  readonly gates: readonly GateResult[];
}

function partsOf(gates: readonly GateResult[]): Part[] {
  const alone = gates.length > LIMIT.runs ? LIMIT.runs - 1 : gates.length;
  const parts: Part[] = gates.slice(0, alone).map((gate) => ({ name: gate.gate, gates: [gate] }));
  return alone === gates.length ? parts : [...parts, { name: 'others', gates: gates.slice(alone) }];
}

function runOf({ name, gates }: Part, { tool, asOf }: Report, maxResults: number, baselineInUse: boolean): object {
  const open = mostSevereFirst(gates.flatMap((gate) => gate.findings));
  const all = [...open, ...mostSevereFirst(gates.flatMap((gate) => gate.waived))];
  const kept = all.slice(0, maxResults);
  const rules = rulesOf(gates, new Set(kept.map((finding) => finding.ruleId)));
  const indexes = new Map(rules.map((rule, index) => [rule.id, index]));
  const notices = [
    ...(gates.length > 1
      ? [`GitHub takes ${LIMIT.runs} runs: ${gates.map(({ gate }) => gate).join(', ')} share this one.`]
      : []),
    ...(kept.length < all.length ? [leftOut(kept.length, all.length)] : []),
  ];
  return {
    tool: { driver: { name: 'Helios', semanticVersion: tool.version, rules } },
    // With the slash at its end, all of it is GitHub's category (SARIF §3.17.3).
    automationDetails: { id: `helios/${name}/` },
    columnKind: 'utf16CodeUnits',
    invocations: [invocationOf(gates, notices)],
    results: kept.map((finding) => resultOf(finding, indexes.get(finding.ruleId), baselineInUse)),
    properties: { asOf, gates: gates.map(measuresOf) },
  };
}

function leftOut(kept: number, all: number): string {
  return `${grouped(kept)} of ${counted(all, 'results')} are in this file, the most severe first; see --format json for all.`;
}

function measuresOf({ gate, verdict, checked, unit, notChecked, metrics, scope }: GateResult): object {
  return { gate, verdict, checked, unit, notChecked, metrics, ...(scope && { scope }) };
}

function invocationOf(gates: readonly GateResult[], notices: readonly string[]): object {
  const obstacles = gates.map(obstacleOf).filter((obstacle) => obstacle !== undefined);
  const notifications = [
    ...obstacles.map((text) => notificationOf('error', text)),
    ...notices.map((text) => notificationOf('warning', text)),
  ];
  return {
    executionSuccessful: gates.every((gate) => gate.verdict !== 'error'),
    exitCode: Math.max(...gates.map((gate) => gate.exit)),
    ...(notifications.length > 0 && { toolExecutionNotifications: notifications }),
  };
}

function notificationOf(level: Level, text: string): object {
  return { level, message: { text } };
}

/** In the order of the catalogues; past the limit, those that have results come first. */
function rulesOf(gates: readonly GateResult[], used: ReadonlySet<string>): Descriptor[] {
  const catalog = new Map(gates.flatMap((gate) => gate.rules.map((rule) => [rule.id, descriptorOf(rule, gate.gate)])));
  const foreign = [...used].filter((id) => !catalog.has(id)).map((id) => ({ id }));
  const all: Descriptor[] = [...catalog.values(), ...foreign];
  if (all.length <= LIMIT.rules) return all;
  return all.toSorted((a, b) => Number(used.has(b.id)) - Number(used.has(a.id))).slice(0, LIMIT.rules);
}

/** A reportingDescriptor (§3.49); a rule that no catalogue describes has only its id. */
interface Descriptor {
  readonly id: string;
  readonly [property: string]: unknown;
}

/** GitHub's bands: high from 7.0, medium from 4.0, low below. */
const SECURITY_SEVERITY: Readonly<Record<Level, string>> = { error: '8.0', warning: '5.0', note: '2.0' };

function descriptorOf(rule: Rule, gate: string): Descriptor {
  return {
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: {
      text: `${rule.why}\n${rule.fix}`,
      markdown: `${markdownText(rule.why)}\n\n**Fix:** ${markdownText(rule.fix)}`,
    },
    defaultConfiguration: { level: rule.level },
    properties: {
      'security-severity': SECURITY_SEVERITY[rule.level],
      precision: 'high',
      tags: ['security', gate],
    },
  };
}
