// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { HeliosError } from '../../src/error.ts';

/** What a refusal says: `code path:line:column message → hint`, absent parts left away. */
export async function refusalOf(attempt: () => unknown): Promise<string> {
  const thrown: unknown = await Promise.try(attempt).then(
    () => new Error('nothing was refused'),
    (error: unknown) => error,
  );
  if (!(thrown instanceof HeliosError)) throw thrown;
  const { path, line, column, hint } = thrown.detail;
  expect(hint, 'every refusal says what is right').toMatch(/^[A-Z].*\.?$/);
  const place = [path, line, column].filter((part) => part !== undefined).join(':');
  return `${thrown.code} ${place === '' ? '' : `${place} `}${thrown.message}`;
}
