// SPDX-License-Identifier: Apache-2.0

// The parts of block YAML. Each pattern is held against the text where its part should begin. Most files are read before the compiler has found
// out what is worth compiling, and a pattern is machine code from its second use on.
// What they pass over is printable: tabs, carriage returns, controls and byte order marks have rules of their own.

export const SPACES = / */y;
export const COMMENT = /#[\t -~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]*(?:\n|$)/y;
/** What may follow a scalar on its line. */
export const REST = /(?: +#[\t -~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]*| *)(?:\n|$)/y;
/** A simple key, its colon, and the spaces up to what stands after it. */
export const KEY = /(?:[A-Za-z_][\w.|/()$ -]*|'[\w.|/()$ -]+')(?<! ):(?: +|(?=\n)|$)/y;
/** A plain scalar, up to a comment, the spaces at the end of the line, or a colon that makes it something else. */
export const PLAIN =
  /(?:[\w~/\\$(^;=<\u00c0-\u2027\u202a-\ud7ff]|\.(?=[A-Za-z_])|[:-](?=[^ \n]))[!-9;-~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]*(?:(?::(?=[^ \n])| +(?=[^ #\n]))[!-9;-~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]*)*/y;
/** Two single quotes stand for one. */
export const SINGLE =
  /'[ -&(-~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]*(?:''[ -&(-~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]*)*'/y;
/** Double quotes whose escapes JSON reads as YAML does; a surrogate may be one half of a pair. */
export const DOUBLE =
  /"[ !#-[\]-~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]*(?:\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[\da-fA-F]{4})[ !#-[\]-~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]*)*"/y;
/** Lines of a list, all at the indent of the first, whose items are in single quotes or plain beyond doubt. */
export const ITEMS =
  /( *)- (?:'[ -&(-~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]*'|[A-Za-z](?:[ -"$-9;-~]*|[!-~]*(?<!:)))\n(?:\1- (?:'[ -&(-~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]*'|[A-Za-z](?:[ -"$-9;-~]*|[!-~]*(?<!:)))\n)*/y;
/** An item of a list in brackets: a word, or quoted text without an escape. */
export const FLOW_ITEM = /(?:[A-Za-z][\w./*-]*|'[ -&(-~]*'|"[ !#-[\]-~]*")(?= *[,\]])/y;
/** The head of literal (`|`) or folded (`>`) text, with its line. */
export const TEXT_HEAD = /[|>]-? *\n/y;
export const UNUSUAL = /[^\n -~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]/;

/** Where the match that begins at `at` ends; -1 where there is none. */
export function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
