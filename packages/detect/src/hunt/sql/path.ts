// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';

/** As both databases write a path: a quote is two quotes. A backslash would be an escape in one of them. */
export function pathLiteral(path: string): string {
  if (/[\\\0]/.test(path))
    fail('usage', 'a database cannot be told a path with a backslash', { path, hint: 'Rename it.' });
  return `'${path.replaceAll("'", "''")}'`;
}
