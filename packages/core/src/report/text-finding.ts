// SPDX-License-Identifier: Apache-2.0
import type { ChalkInstance } from 'chalk';
import type { Finding, Level } from '../finding/finding.ts';
import type { GateResult } from '../gate/result.ts';
import { columnsOf } from './cells.ts';
import { drawExcerpt } from './excerpt.ts';
import { grouped } from './quantity.ts';
import type { View } from './reporter.ts';
import { clip, visible } from './sanitize.ts';
import { blocking, placeOf } from './tally.ts';

/** A word, how it is painted, and how many spaces come before it on the same line. */
interface Word {
  readonly text: string;
  readonly paint: (text: string) => string;
  readonly gap: number;
}

const PROSE_LIMIT = 2000;
/** Where there is no terminal to fill. */
const EXCERPT_ROOM = 160;
const NARROWEST = 40;

/** A block of lines per file, and one that counts what was folded. */
export function findingLines(gate: GateResult, view: View, ink: ChalkInstance): string[][] {
  const findings = view.quiet ? blocking(gate) : gate.findings;
  const { shown, folded } = foldByRule(findings, view.perRule);
  const files = Map.groupBy(shown, (finding) => finding.location.path);
  const blocks = [...files.values()].map((ones) => ones.flatMap((one) => linesOf(one, view, ink)));
  const rest = [...folded].map(([rule, count]) => `… and ${grouped(count)} more ${visible(rule)}`);
  return rest.length > 0 ? [...blocks, [...rest, ink.dim('  (--format json or sarif shows all)')]] : blocks;
}

/** The first `limit` findings of each rule, in the order given, and how many more there are. */
function foldByRule(
  findings: readonly Finding[],
  limit: number,
): { readonly shown: readonly Finding[]; readonly folded: ReadonlyMap<string, number> } {
  const seen = new Map<string, number>();
  const shown = findings.filter(({ ruleId }) => {
    const count = (seen.get(ruleId) ?? 0) + 1;
    seen.set(ruleId, count);
    return count <= limit;
  });
  const over = [...seen].filter(([, count]) => count > limit);
  return { shown, folded: new Map(over.map(([rule, count]) => [rule, count - limit])) };
}

function linesOf(finding: Finding, view: View, ink: ChalkInstance): string[] {
  const width = Math.max(NARROWEST, view.width);
  const place = visible(view.pathPrefix + placeOf(finding.location));
  const head: Word[] = [
    { text: place, paint: ink.cyan, gap: 0 },
    { text: finding.level, paint: levelPaint(finding.level, ink), gap: 2 },
    ...wordsOf(finding.message),
    { text: visible(finding.ruleId), paint: ink.dim, gap: 2 },
  ];
  const machine: Word[] = finding.fix ? [{ text: '(--fix does it)', paint: ink.green, gap: 1 }] : [];
  const remedy: Word[] = [{ text: '→', paint: ink.green, gap: 0 }, ...wordsOf(finding.remedy, 1), ...machine];
  return [
    ...wrap(head, width, 0, 4),
    ...excerptLines(finding, width, ink),
    ...wrap(remedy, width, 2, 4),
    ...wrap(wordsOf(asideOf(finding)), width, 4, 4).map((line) => ink.dim(line)),
  ];
}

function levelPaint(level: Level, ink: ChalkInstance): ChalkInstance {
  return { error: ink.red.bold, warning: ink.yellow.bold, note: ink.blue.bold }[level];
}

/** What helps whoever mends it: the owner, and where to read on. */
function asideOf({ owner, references = [] }: Finding): string {
  const parts = [
    ...(owner === undefined ? [] : [`owner ${owner}`]),
    ...(references.length > 0 ? [`see ${references.join(' ')}`] : []),
  ];
  return parts.join(' · ');
}

function excerptLines({ excerpt, location }: Finding, width: number, ink: ChalkInstance): string[] {
  if (excerpt === undefined || excerpt.trim() === '') return [];
  const number = String(location.line ?? '');
  const room = Math.min(width, EXCERPT_ROOM) - number.length - 6;
  const { source, marks } = drawExcerpt(excerpt, location, room);
  const lines = [`  ${ink.dim(`${number} │`)} ${source}`];
  return marks === '' ? lines : [...lines, `  ${ink.dim(`${' '.repeat(number.length)} │`)} ${ink.red(marks)}`];
}

const plain = (text: string): string => text;

function wordsOf(prose: string, firstGap = 2): Word[] {
  const words = visible(
    clip(prose, PROSE_LIMIT)
      .replace(/[\n\t ]+/g, ' ')
      .trim(),
  ).split(' ');
  return words.filter(Boolean).map((text, i) => ({ text, paint: plain, gap: i === 0 ? firstGap : 1 }));
}

/** Fills lines with words; a word that is too long for any line stays whole, so that paths can be clicked. */
function wrap(words: readonly Word[], width: number, indent: number, hanging: number): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let used = indent;
  let empty = true;
  for (const { text, paint, gap } of words) {
    const columns = columnsOf(text);
    if (!empty && used + gap + columns > width) {
      lines.push(line);
      line = ' '.repeat(hanging);
      used = hanging;
      empty = true;
    }
    line += (empty ? '' : ' '.repeat(gap)) + paint(text);
    used += (empty ? 0 : gap) + columns;
    empty = false;
  }
  return empty ? lines : [...lines, line];
}
