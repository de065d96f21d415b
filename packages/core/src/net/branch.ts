// SPDX-License-Identifier: Apache-2.0
import { canonicalJson, sha256Hex } from '../hash/index.ts';
import type { Change } from '../record/index.ts';

/** The branch of a key: readable, safe as a ref, and another one for every other key. */
export function branchOf(key: string): string {
  const words = key
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  return `helios/${words}-${sha256Hex(key).slice(0, 8)}`;
}

/** The text of a pull or merge request, and in it, where nobody sees it, what it proposes: so that this is known again. */
export function describedChange({ body, parent, files }: Change): string {
  const contents = [...files].map(([path, content]) => [path, content && sha256Hex(content)]);
  const digest = sha256Hex(canonicalJson([parent, ...contents]));
  return `${body}\n\n<!-- helios:change=${digest} -->`.trim();
}
