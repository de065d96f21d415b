// SPDX-License-Identifier: Apache-2.0
import { editOf } from '../input/edit.ts';
import { locatorOf, type Range } from '../input/locate.ts';
import { type Lines, linesOf } from '../input/position.ts';
import type { SourceFile } from '../input/source.ts';
import type { FindingDraft } from './draft.ts';
import type { Finding, Fix, Level, Location } from './finding.ts';
import { createRedactor, redactLine, type Redactor } from './redact.ts';
import { countOccurrences, fingerprintOf } from './fingerprint.ts';
import type { Rule } from './rule.ts';

/** A level for a rule, or `off`. */
export type Levels = Readonly<Record<string, Level | 'off'>>;

/** Longer lines are not shown. */
const EXCERPT_LIMIT = 4000;

/**
 * Turns drafts into findings: level, fingerprint, position, excerpt and text edits, sorted by place. The order of
 * the drafts does not matter. A file is parsed for positions once, and only if something was found in it.
 */
export async function settleFindings(
  drafts: readonly FindingDraft[],
  rules: ReadonlyMap<string, Rule>,
  levels: Levels,
  sources: ReadonlyMap<string, SourceFile>,
): Promise<Finding[]> {
  const openText = textOpener(sources);
  const redact = createRedactor();
  const placed: Placed[] = [];
  for (const found of drafts) {
    const draft = withoutSecrets(found, redact);
    const rule = rules.get(draft.ruleId);
    if (!rule) throw new Error(`a gate reported the undeclared rule ${draft.ruleId}`);
    const level = levels[rule.id] ?? draft.level ?? rule.level;
    if (level === 'off') continue;
    const text = openText(draft.path);
    const range = draft.at && (await text?.locate(draft.at));
    placed.push({ draft, rule, level, text, range, location: locationOf(draft, text, range) });
  }
  placed.sort(byPlace);
  const occurrences = countOccurrences(placed.map(({ draft }) => draft));
  return placed.map((one, index) => settle(one, occurrences[index] ?? 0, redact)).sort(byPlaceAndFingerprint);
}

/**
 * Whatever the user wrote may hold a secret, and findings are published. The place is looked up by the text as it stands
 * in the file, and the fingerprint is made without the secret: it could be tried for.
 */
function withoutSecrets(draft: FindingDraft, redact: Redactor): FindingDraft {
  const { subject, message, matched, remedy, owner, references } = draft;
  const texts = [subject, message, matched, remedy, owner, ...(references ?? [])];
  if (texts.every((text) => text === undefined || redact(text) === text)) return draft;
  return {
    ...draft,
    subject: redact(subject),
    message: redact(message),
    ...(matched !== undefined && { matched: redact(matched) }),
    ...(remedy !== undefined && { remedy: redact(remedy) }),
    ...(owner !== undefined && { owner: redact(owner) }),
    ...(references && { references: references.map(redact) }),
  };
}

/** A draft on its way to a finding. */
interface Placed {
  readonly draft: FindingDraft;
  readonly rule: Rule;
  readonly level: Level;
  readonly text: OpenText | undefined;
  readonly range: Range | undefined;
  readonly location: Location;
}

/** A source with what is made of it, once, to find places in it. */
interface OpenText {
  readonly source: SourceFile;
  readonly lines: Lines;
  readonly locate: ReturnType<typeof locatorOf>;
  /** Whether a private key may be in it. */
  readonly holdsKey: boolean;
}

function textOpener(sources: ReadonlyMap<string, SourceFile>): (path: string) => OpenText | undefined {
  const open = new Map<string, OpenText>();
  return (path) => {
    const source = sources.get(path);
    const known = open.get(path);
    if (!source || known) return known;
    const { text: content } = source;
    const holdsKey = content.includes('PRIVATE KEY');
    const text = { source, lines: linesOf(content), locate: locatorOf(source), holdsKey };
    open.set(path, text);
    return text;
  };
}

function settle({ draft, rule, level, text, range, location }: Placed, occurrence: number, redact: Redactor): Finding {
  return {
    ruleId: rule.id,
    level,
    message: draft.message,
    location,
    subject: draft.subject,
    fingerprint: fingerprintOf(draft, rule.major, occurrence),
    remedy: draft.remedy ?? rule.fix,
    ...fixOf(draft, text, range, redact),
    ...(draft.owner !== undefined && { owner: draft.owner }),
    ...(draft.references && { references: draft.references }),
    ...excerptOf(location, text, redact),
  };
}

function locationOf(draft: FindingDraft, text: OpenText | undefined, range: Range | undefined): Location {
  if (text && range) {
    const end = text.lines.positionAt(range.end);
    return { path: draft.path, ...text.lines.positionAt(range.start), endLine: end.line, endColumn: end.column };
  }
  return {
    path: draft.path,
    line: draft.line ?? 1,
    ...(draft.column !== undefined && { column: draft.column }),
  };
}

function fixOf(
  { at, fix }: FindingDraft,
  text: OpenText | undefined,
  range: Range | undefined,
  redact: Redactor,
): { fix?: Fix } {
  if (!fix || !text || !range) return {};
  // Text that is written with escapes is not found as such: the range is then the whole value, quotes and all.
  if (at?.text !== undefined && text.source.text.slice(range.start, range.end) !== at.text) return {};
  const edit = editOf(text.source, range, fix.edit);
  if (!edit || redact(edit.newText) !== edit.newText) return {};
  return { fix: { title: redact(fix.title), edits: [edit] } };
}

function excerptOf({ line = 1 }: Location, text: OpenText | undefined, redact: Redactor): { excerpt?: string } {
  const written = text?.lines.line(line);
  if (!text || written === undefined || written.length > EXCERPT_LIMIT) return {};
  const excerpt = text.holdsKey ? redactLine(text.lines, line) : redact(written);
  return excerpt === undefined ? {} : { excerpt };
}

/** Where two drafts agree in everything that is compared here, their findings are the same but for the number. */
function byPlace(a: Placed, b: Placed): number {
  return (
    compareLocations(a.location, b.location) ||
    compare(a.rule.id, b.rule.id) ||
    compare(a.draft.subject, b.draft.subject) ||
    compare(a.draft.message, b.draft.message)
  );
}

/** The order of findings in a report: path, line, column, rule, fingerprint. */
export function byPlaceAndFingerprint(a: Finding, b: Finding): number {
  return (
    compareLocations(a.location, b.location) || compare(a.ruleId, b.ruleId) || compare(a.fingerprint, b.fingerprint)
  );
}

function compareLocations(a: Location, b: Location): number {
  return compare(a.path, b.path) || compare(a.line ?? 0, b.line ?? 0) || compare(a.column ?? 0, b.column ?? 0);
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
