// SPDX-License-Identifier: Apache-2.0
import { canonicalJson, sha256Hex } from '../hash/index.ts';
import type { Change } from '../record/index.ts';
import type { Effect } from './effect.ts';
import { sameText } from './issues.ts';

/** What a request says, on either service. */
interface RequestText {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

/** Pull requests, or what a service has of them. */
export interface RequestForge {
  /** `pull request` */
  readonly what: string;
  /** The open request of a branch. */
  readonly open: (branch: string, base: string) => Promise<(RequestText & { readonly id: string }) | undefined>;
  /** Makes the branch hold the change and nothing else, as one commit on top of its parent. */
  readonly push: (branch: string, change: Change) => Promise<void>;
  /** Answer with the address. */
  readonly create: (branch: string, base: string, text: RequestText) => Promise<string>;
  readonly update: (id: string, text: RequestText) => Promise<string>;
}

/**
 * One branch and one request for each key, brought up to date where they are there. What people have pushed to the branch
 * meanwhile stays, unless something else is proposed now.
 */
export async function planRequest(forge: RequestForge, change: Change): Promise<Effect[]> {
  const { key, title, base } = change;
  const branch = branchOf(key);
  const text = { title, body: describedChange(change) };
  const held = await forge.open(branch, base);
  if (held && held.title === text.title && sameText(held.body, text.body)) return [];
  const apply = async (): Promise<string> => {
    await forge.push(branch, change);
    return held ? forge.update(held.id, text) : forge.create(branch, base, text);
  };
  return [{ action: held ? 'update' : 'create', what: forge.what, key, title, apply }];
}

/** The branch of a key: readable, safe as a ref, and another one for every other key. */
export function branchOf(key: string): string {
  const words = key
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  return `helios/${words}-${sha256Hex(key).slice(0, 8)}`;
}

/** What the request says, and where nobody sees it what it proposes, so that this is known again. */
function describedChange({ body, parent, files }: Change): string {
  const contents = [...files].map(([path, content]) => [path, content && sha256Hex(content)]);
  return `${body}\n\n<!-- helios:change=${sha256Hex(canonicalJson([parent, ...contents]))} -->`.trim();
}

/** What the commit of a change says. */
export function commitMessage({ title, body }: Change): string {
  return `${title}\n\n${body}`.trim();
}
