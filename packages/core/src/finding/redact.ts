// SPDX-License-Identifier: Apache-2.0
import type { Lines } from '../input/position.ts';

/**
 * What is replaced wherever text of the user's is shown or kept: secrets that people leave in rules, policies and
 * exceptions. The first group of a pattern is the secret; without one, all of the match is. Every pattern takes time in
 * proportion to the text (a test holds them to it).
 */
const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  [
    'private key',
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  ],
  ['json web token', /\beyJ[\w-]{8,}(?:\.[\w-]*)*/g],
  ['aws access key id', /\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b/g],
  ['github token', /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,})/g],
  ['gitlab token', /\bgl(?:pat|dt|ptt|rt|cbt|soat|ft|imt|agent|oas|ffct)-[\w.-]{16,}/g],
  ['slack token', /\bxox[a-z]-[\w-]{10,}|\bxapp-[\w-]{10,}|\bhooks\.slack\.com\/services\/[\w/]{20,}/g],
  ['google key', /\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}/g],
  ['stripe key', /\b(?:sk|rk|pk|whsec)_(?:live_|test_)?\w{16,}/g],
  [
    'provider key',
    /\bsk-[\w-]{16,}|\b(?:hf|npm|pypi|dop_v1|doo_v1|dor_v1|shpat|shpss|shpca|shppa|glsa|glc|lin_api|figd|pscale_tkn|pscale_pw|rubygems|sbp|vercel|atlasv1|hvs|hvb|s\.hv|nvapi|gsk|xai|r8|tfp|dckr_pat|dckr_oat|cio|cfut|patA|secret|sntrys|sntryu|PMAK|rnd|fo1|prp|key|ntn|pul|rpa|dt0c01|oy2|eyJr|EAAC?)[-_.][\w.=-]{16,}/g,
  ],
  ['sendgrid key', /\bSG\.[\w-]{16,}(?:\.[\w-]*)?/g],
  ['bot token', /\b\d{8,10}:[\w-]{35}\b|(?<![\w-])[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,60}/g],
  ['password in an address', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}:([^\s/@]{1,200})@/gi],
  ['credentials of a header', /\b(?:bearer|basic|digest|apikey|token)\s+([A-Za-z0-9+/._~-]{12,}={0,2})/gi],
  [
    'signature of an address',
    /[?&](?:sig|signature|token|key|code|x-amz-(?:signature|credential|security-token))=([\w%+/.=-]{10,})/gi,
  ],
  [
    'named secret',
    /(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|api[-_ ]?key|(?:access|account|client|private|shared|signing|encryption|license|auth|storage|master|session|service|access|deploy|webhook)[-_ ]?(?:access)?[-_ ]?key|auth|connection[-_ ]?string)[\\"'\])]{0,3}\s{0,3}(?:=>|:=|[:=])\s{0,3}\\?["']?([^\s"',;&[\\][^\s"',;&]{5,})/gi,
  ],
];

/** Text without any of this holds no secret that we know of; nearly all text is without it. */
const SUSPICIOUS =
  /(?<![\w+/=-])[\w+/=-]{16}|:\/\/[^\s/]*@|pass|pwd|secret|token|key|auth|cred|connection|-----BEGIN|bearer|basic|digest/i;

/**
 * The same text with secrets replaced by what kind they are and how long. It says nothing else of them: not even a digest,
 * as short secrets are found by trying.
 */
export function redact(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  let redacted = text;
  for (const [kind, pattern] of KINDS) {
    redacted = redacted.replace(pattern, (match: string, group: unknown) => {
      const secret = typeof group === 'string' ? group : match;
      return secret.startsWith('[redacted ')
        ? match
        : match.replace(secret, () => `[redacted ${kind}, ${secret.length} characters]`);
    });
  }
  return redacted;
}

export type Redactor = (text: string) => string;

/** The same, for many texts of which many are equal: each is looked through once. */
export function createRedactor(): Redactor {
  const known = new Map<string, string>();
  return (text) => {
    let redacted = known.get(text);
    if (redacted === undefined) known.set(text, (redacted = redact(text)));
    return redacted;
  };
}

const KEY_BEGIN = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY/;
const KEY_END = /-----END [A-Z ]{0,30}PRIVATE KEY/;
const KEY_LINES = 200;

/** A line (1-based) of a text as it may be shown: of a private key each line alone looks like nothing. */
export function redactLine(lines: Lines, number: number): string | undefined {
  const text = lines.line(number);
  if (text === undefined) return undefined;
  for (let above = number - 1; above > 0 && above > number - KEY_LINES; above--) {
    const before = lines.line(above) ?? '';
    if (KEY_END.test(before)) break;
    if (KEY_BEGIN.test(before)) return '[redacted line of a private key]';
  }
  return redact(text);
}
