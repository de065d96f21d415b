// SPDX-License-Identifier: Apache-2.0
import { canonicalJson } from '../hash/index.ts';
import type { ResultDocument } from './result.ts';

/** Values in a message are to be recognised, not read. */
const SHOWN = 80;

/**
 * Why a gate judged otherwise the second time: the first cause that there is, said for a person. Undefined where both
 * results are the same to the byte.
 */
export function explainDifference(before: ResultDocument, now: ResultDocument): string | undefined {
  if (canonicalJson(before) === canonicalJson(now)) return undefined;
  return (
    explainInputs(before, now) ??
    explainOptions(before, now) ??
    explainRules(before, now) ??
    explainTool(before, now) ??
    explainValue('', before, now)
  );
}

function explainInputs(before: ResultDocument, now: ResultDocument): string | undefined {
  const [then, today] = [digestsOf(before), digestsOf(now)];
  for (const [path, sha256] of then) {
    const other = today.get(path);
    if (other === undefined) return `it read ${path}, which it did not read now`;
    if (other !== sha256) return `${path} had sha256 ${short(sha256)}, and has ${short(other)} now`;
  }
  const added = [...today.keys()].find((path) => !then.has(path));
  return added === undefined ? undefined : `it did not read ${added}, which it read now`;
}

const digestsOf = ({ inputs }: ResultDocument): Map<string, string> =>
  new Map(inputs.map(({ path, sha256 }) => [path, sha256]));

function explainOptions({ options }: ResultDocument, now: ResultDocument): string | undefined {
  if (options.sha256 === now.options.sha256) return undefined;
  return `its options had sha256 ${short(options.sha256)}, and have ${short(now.options.sha256)} now: helios.yaml says something else`;
}

function explainRules({ rules }: ResultDocument, now: ResultDocument): string | undefined {
  const today = new Map(now.rules.map((rule) => [rule.id, rule]));
  for (const rule of rules) {
    const other = today.get(rule.id);
    if (!other) return `the rule ${rule.id} counted, and does not now`;
    if (other.level !== rule.level) return `the rule ${rule.id} was of level ${rule.level}, and is ${other.level} now`;
    if (other.major !== rule.major) return `the rule ${rule.id} had version ${rule.major}, and has ${other.major} now`;
  }
  const known = new Set(rules.map(({ id }) => id));
  const added = now.rules.find(({ id }) => !known.has(id));
  return added && `there was no rule ${added.id}, and there is now`;
}

function explainTool({ tool }: ResultDocument, now: ResultDocument): string | undefined {
  if (tool.version === now.tool.version && tool.name === now.tool.name) return undefined;
  return `it was ${tool.name} ${tool.version} that judged, and this is ${now.tool.name} ${now.tool.version}`;
}

/** The first place at which two JSON values differ, in the order of the document. */
function explainValue(path: string, before: unknown, now: unknown): string {
  if (isContainer(before) && isContainer(now) && Array.isArray(before) === Array.isArray(now)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const [a, b] = [before[key], now[key]];
      const same = a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);
      if (!same) return explainValue(`${path}/${key}`, a, b);
    }
  }
  return `${path} was ${shown(before)}, and is ${shown(now)} now`;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

const short = (digest: string): string => digest.slice(0, 12);
