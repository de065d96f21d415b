// SPDX-License-Identifier: Apache-2.0

/**
 * What a person cannot see, or XML cannot hold: controls, lone surrogates, bidi marks, zero-width and tag
 * characters, separators, noncharacters. The two selectors of emoji style are spared: they only change a glyph.
 */
const HIDDEN =
  /[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]--[\ufe0e\ufe0f]]/gv;

/** The same but for line feeds, which stand in every line that is shown. */
const HIDDEN_WITHIN_LINES =
  /[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]--[\ufe0e\ufe0f\n]]/gv;

/** On one line: everything hidden becomes a visible escape, `\n` and `\t` too. */
export function visible(text: string): string {
  return text.replace(HIDDEN, escapeOf);
}

/** The same, but line feeds and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(HIDDEN_WITHIN_LINES, (char) => (char === '\t' ? char : escapeOf(char)));
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeOf(char: string): string {
  return NAMED[char] ?? (char.length > 1 ? `\\u{${char.codePointAt(0)?.toString(16)}}` : utf16Escape(char));
}

function utf16Escape(text: string): string {
  let escaped = '';
  for (let i = 0; i < text.length; i++) escaped += `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return escaped;
}

/** Cuts to `limit` UTF-16 code units, never through a character, and says so with an ellipsis. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

/** Two colons that only white space stands before, in its line. */
const COMMAND = /((?:^|[\n\r\u2028\u2029])[^\S\n\r\u2028\u2029]*)::/g;

/**
 * Takes the meaning from workflow commands in text that reaches a build log. `::` counts after any leading white
 * space of a line; `##[`, and with it `##vso[` and `##teamcity[`, count anywhere in it.
 */
export function disarm(text: string, hash = '\\#', colon = '\\:'): string {
  // Reports are large and commands rare: looking for their signs is much quicker than looking for them.
  const legacy = text.includes('##') ? text.replace(/##(?=[a-z]*\[)/gi, `#${hash}`) : text;
  return legacy.includes('::') ? legacy.replace(COMMAND, `$1${colon}:`) : legacy;
}

/** All that may hold something hidden: reports are large, nearly all ASCII, and this is quick to find. */
const NOT_PLAIN = /[^\n -~]+/g;

/** Indented JSON whose bytes hide nothing and whose parsed value is unchanged: \u escapes, as in RFC 8259 §7. */
export function toJson(value: unknown): string {
  // A line feed in JSON.stringify's output is its own: those of strings are escaped.
  const shown = JSON.stringify(value, null, 2).replace(NOT_PLAIN, (run) =>
    run.replace(HIDDEN_WITHIN_LINES, utf16Escape),
  );
  return `${disarm(shown, '\\u0023', '\\u003a')}\n`;
}

const XML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Character data of XML 1.0; line feeds and tabs stay. */
export function xmlText(text: string): string {
  return disarm(
    visibleLines(text).replace(/[&<>"']/g, (char) => XML[char] ?? char),
    '&#35;',
    '&#58;',
  );
}

/** The value of an XML attribute, where a literal line feed would be read as a space. */
export function xmlAttribute(text: string): string {
  return xmlText(text).replace(/[\n\t]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** The message of a workflow command. */
export function commandData(text: string): string {
  return disarm(visibleLines(text)).replaceAll('%', '%25').replaceAll('\n', '%0A');
}

/** A property of a workflow command. */
export function commandProperty(text: string): string {
  return commandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * What GitHub and GitLab bring to life inside a word, beyond Markdown itself: mentions, issues, merge requests,
 * labels, milestones, commits, addresses, links, formulas and emoji. Only code spans stop all of them.
 */
const LIVE = /@|#\w|:\/\/|www\.|\$|gh-\d|[0-9a-f]{7}|:[\w+-]+:|[!&]\d|[~%^]["\w]|\[\w/i;

/** Prose on one line of Markdown, also within a table. Live words and `code` become code; the rest is literal. */
export function markdownText(text: string, limit = 600): string {
  const line = visible(
    clip(text, limit)
      .replace(/[\n\t ]+/g, ' ')
      .trim(),
  );
  const parts = line.split(/`([^`]+)`/).map((part, i) => (i % 2 === 1 ? markdownCode(part, Infinity) : proseOf(part)));
  // Two code spans that touch would be read as one, with other ends.
  return parts.reduce((before, part) => before + (before.endsWith('`') && part.startsWith('`') ? ' ' : '') + part);
}

function proseOf(text: string): string {
  const words = text.split(' ');
  return words.map((word) => (LIVE.test(word) ? codeWord(word) : literal(word))).join(' ');
}

/** A code span on one line of Markdown, also within a table. */
export function markdownCode(text: string, limit = 300): string {
  const shown = visible(clip(text, limit));
  if (shown.trim() === '') return literal(shown);
  // A table ends its cell at a bar even within code, and its escape fails after a backslash: bars stay outside.
  return shown
    .split('|')
    .map((part) => (part.trim() === '' ? part : codeSpan(part)))
    .join('\\|');
}

function codeSpan(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  // A space at both ends is taken away when the span is read (CommonMark §6.1).
  const pad = /^`|`$|^ .* $/.test(text) ? ' ' : '';
  return fence + pad + text + pad + fence;
}

const AFTER_WORD = new Set(')"\'.,;:!?');

/** Keeps the punctuation of the sentence out of the code: "(see @team)," holds only `@team`. */
function codeWord(word: string): string {
  const start = /^[("']*/.exec(word)?.[0].length ?? 0;
  let end = word.length;
  while (end > start && AFTER_WORD.has(word.charAt(end - 1))) end--;
  return literal(word.slice(0, start)) + markdownCode(word.slice(start, end), Infinity) + literal(word.slice(end));
}

function literal(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]|&(?=#?\w+;)/g, (char) => XML[char] ?? `\\${char}`);
}
