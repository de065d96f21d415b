// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from './compare.ts';
import { LANGUAGES } from './languages.ts';
import { DIFFERENCES, type Difference } from './tree.ts';

/** What a difference is, and whose the other meaning is. */
const EXPLAINED: Readonly<Record<Difference, string>> = {
  case: 'pySigma compares with case (`==`, `like`, `ends_with` of ES|QL know it); Sigma does not, and ours folds the field by `TO_LOWER`.',
  missing:
    'beneath a negation, a comparison with a missing field is unknown, and the event is lost; ours makes unknown false (`COALESCE(…, false)`).',
  nothing:
    'missing, null and empty are asked in other ways; where a store keeps them apart (`*` for any value, `starts_with(F, "")`), the answers can differ.',
  number:
    'a number without quotes that begins with zeros: pySigma reads it as text, ours as the number that YAML 1.2 has.',
  name: 'pySigma writes names with dots or dashes in quotes, which KQL takes for a text: the question is never about the field.',
  network: 'ours also finds IPv4 addresses that are written within IPv6, and does not fail on what is no address.',
  regex: 'the same pattern in other words: flags, anchors and escapes of the language.',
  escape:
    'pySigma escapes a backslash once where LIKE of ES|QL takes it away again: `\\\\*` becomes a star that is meant, and `\\\\P` a P without its backslash.',
  parts:
    'pySigma writes a pattern with wildcards within as all of its parts in any order and place, which finds more; ours is a regular expression.',
};

const MOST_EXAMPLES = 3;

export function formatReport(versions: string, rules: number, outcomes: readonly Outcome[]): string {
  const languages = Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[];
  const of = (language: string): Outcome[] => outcomes.filter((each) => each.language === language);
  const count = (language: string, ...kinds: readonly string[]): number =>
    of(language).filter(({ is }) => kinds.includes(is.kind)).length;
  const rows = languages.map(
    (language) =>
      `| ${language} | ${count(language, 'same')} | ${count(language, 'differs')} | ${count(language, 'other')} | ${count(language, 'unread')} | ${count(language, 'refused')} |`,
  );
  return `# Our queries and pySigma's

Written by \`npm run interop:pysigma\`: ${rules} Sigma rules in four languages, beside ${versions} without a pipeline. Both
queries are read into one form: a tree of questions, where \`IN\` is several of them, De Morgan's laws hold, order and
repetition do not count, and names, wildcards and escapes mean what the language says. No store is asked.

| | the same | explained | other | not read | refused |
| --- | --: | --: | --: | --: | --: |
${rows.join('\n')}

*not read*: a query, mostly ours of Splunk with a pipe (\`| where\`), that this reader does not know: nothing is said of it.
*refused*: one of the two says that it cannot write the rule.

## Differences that are explained

${DIFFERENCES.flatMap((difference) => explain(difference, outcomes)).join('\n')}

A rule can have several.

## Refused

${refusals(outcomes).join('\n')}

## Other differences

In all but one, pySigma writes a pattern with wildcards within in more than one of these ways at once: as its parts, as a
regular expression without anchors in which case counts, or with escapes that LIKE takes away. In
\`proc_creation_win_regsvr32_flags_anomaly.yml\` it negates only the first of several dashes: \`NOT a OR b\`.

${others(outcomes).join('\n')}
`;
}

function explain(difference: Difference, outcomes: readonly Outcome[]): string[] {
  const having = outcomes.filter(({ is }) => is.kind === 'differs' && is.by.includes(difference));
  if (having.length === 0) return [];
  const counts = Object.keys(LANGUAGES).flatMap((language) => {
    const among = having.filter((each) => each.language === language).length;
    return among === 0 ? [] : [`${language} ${among}`];
  });
  const examples = having.slice(0, MOST_EXAMPLES).map(({ path }) => `\`${path}\``);
  return [`- **${difference}** (${counts.join(', ')}): ${EXPLAINED[difference]} For one: ${examples.join(', ')}.`];
}

function refusals(outcomes: readonly Outcome[]): string[] {
  const counts = new Map<string, number>();
  for (const { language, is } of outcomes) {
    if (is.kind !== 'refused') continue;
    const theirs = is.theirs === undefined ? '' : `, pySigma: ${is.theirs.slice(0, 60).replaceAll(/[|\n]/g, ' ')}`;
    const key = `${language}: ours: ${is.ours ?? 'a query'}${theirs}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, among]) => `- ${among} × ${key}`).sort();
}

function others(outcomes: readonly Outcome[]): string[] {
  const lines = outcomes.flatMap(({ path, language, is }) =>
    is.kind === 'other' ? [`- ${language}: \`${path}\``] : [],
  );
  return lines.length === 0 ? ['None.'] : lines;
}
