// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A repository of Sigma rules of our own making, so that one of them can change. */
export interface Corpus {
  readonly root: string;
  readonly rules: string;
  readonly count: number;
  /** Changes the bytes of one rule, never twice to the same. */
  readonly touch: () => void;
}

/** Configurations by ATT&CK version: the one that the peer's data has, and the newest. */
export const CONFIGS = { '18.1': 'helios-18.yaml', '19': 'helios-19.yaml' } as const;

export function copyCorpus(source: string, folder: string): Corpus {
  const root = join(folder, 'corpus');
  const rules = join(root, 'rules');
  const paths = copyTree(source, rules).sort();
  for (const [version, file] of Object.entries(CONFIGS)) {
    const gate = `  attack-mapper:\n    include: ['rules/**/*.yml']\n    catalogs:\n      attack: '${version}'\n`;
    writeFileSync(join(root, file), `version: 1\ngates:\n${gate}`);
  }
  return { root, rules, count: paths.length, touch: toucher(paths) };
}

function toucher([first]: readonly string[]): () => void {
  if (first === undefined) throw new Error('the corpus is empty');
  const text = readFileSync(first, 'utf8');
  let times = 0;
  return () => writeFileSync(first, `${text}# ${++times}\n`);
}

/** Not cpSync, which takes over that the source may not be written. */
function copyTree(from: string, to: string): string[] {
  mkdirSync(to, { recursive: true });
  return readdirSync(from, { withFileTypes: true }).flatMap((entry) => {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) return copyTree(source, target);
    writeFileSync(target, readFileSync(source));
    return [target];
  });
}
