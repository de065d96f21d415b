// SPDX-License-Identifier: Apache-2.0
import { HeliosError, messageOf } from '../error.ts';
import { checkLineLength, checkShape, LIMITS, refuse } from './limits.ts';

/** A TOML 1.0 text; dates become strings, so that no time zone of the machine shows through. */
export async function parseToml(path: string, text: string): Promise<unknown> {
  checkLineLength(path, text);
  const { parse, TomlDate, TomlError } = await import('smol-toml');
  const plain = (value: unknown): unknown => {
    if (value instanceof TomlDate) return value.toISOString();
    if (Array.isArray(value)) return value.map(plain);
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
    }
    return value;
  };
  try {
    const document = plain(parse(text, { maxDepth: LIMITS.depth, useLegacyDate: true }));
    // Dotted keys nest as well, and the parser does not count them.
    checkShape(path, document);
    return document;
  } catch (cause) {
    if (cause instanceof HeliosError) throw cause;
    if (cause instanceof RangeError) refuse(path, 'nesting', LIMITS.depth, 'levels');
    if (!(cause instanceof TomlError))
      throw new HeliosError('input', `not valid TOML: ${messageOf(cause)}`, { path, cause });
    if (cause.message.includes('excessively nested')) refuse(path, 'nesting', LIMITS.depth, 'levels');
    // The first line is the reason; the rest is a picture of the source, which our own reports draw.
    throw new HeliosError(
      'input',
      `not valid TOML: ${cause.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '')}`,
      {
        path,
        cause,
        line: cause.line,
        column: cause.column,
        hint: 'Correct the TOML at this place.',
      },
    );
  }
}
