// SPDX-License-Identifier: Apache-2.0
// What the public rules find in the public events, as facts: a change of meaning shows as a change of this file.
import { globSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocuments, parseYaml } from '@helios/core/input';
import { sha256Hex } from '@helios/core/hash';
import { describe, expect, it } from 'vitest';
import { eventFile, type EventSource, readEventBatches } from '../../src/events/index.ts';
import { createEngine } from '../../src/sigma/engine.ts';
import { parseRule } from '../../src/sigma/parse.ts';
import { NO_SHARED, SHARED } from '../stage.ts';

const CORPORA = ['events/cloudtrail-*/*', 'events/windows-otrf/**/*.gz', 'sigma/regression/**/*.json'];

/** The labelled events of a rule of Panther's, as one log. */
async function panther(path: string): Promise<EventSource> {
  const source = { path, text: readFileSync(join(SHARED, path), 'utf8'), sha256: '' };
  const [rule] = (await parseDocuments(source)) as readonly { readonly Tests?: readonly { readonly Log: unknown }[] }[];
  const bytes = Buffer.from(JSON.stringify((rule?.Tests ?? []).map(({ Log }) => Log)));
  return {
    file: path,
    chunks: (async function* () {
      yield await Promise.resolve(bytes);
    })(),
  };
}

describe.skipIf(NO_SHARED !== '')(`in the public events${NO_SHARED}`, () => {
  it('the public rules find what was reviewed (`vitest -u` writes it anew)', { timeout: 300_000 }, async () => {
    const root = join(SHARED, 'sigma/rules');
    const rules = globSync('**/*.yml', { cwd: root })
      .sort()
      .flatMap((path) => parseYaml(path, readFileSync(join(root, path), 'utf8')))
      .flatMap((document) => {
        const parsed = parseRule(document);
        return 'rule' in parsed ? [parsed.rule] : [];
      });
    const engine = createEngine(rules);
    const shared = realpathSync(SHARED);
    const sources = [
      ...globSync(CORPORA, { cwd: SHARED }).map((path) => eventFile(shared, path)),
      ...(await Promise.all(globSync('events/panther/**/*.yml', { cwd: SHARED }).map(panther))),
    ].sort((a, b) => (a.file < b.file ? -1 : 1));
    const lines: string[] = [];
    for (const source of sources) {
      const records = new Map<string, number[]>();
      for await (const batch of readEventBatches(source)) {
        for (const event of batch)
          for (const { id } of engine.match(event)) records.set(id, [...(records.get(id) ?? []), event.at.record]);
      }
      for (const [id, found] of [...records].sort(([a], [b]) => (a < b ? -1 : 1)))
        lines.push(`${source.file} ${id} ${found.length} ${sha256Hex(found.join()).slice(0, 12)}\n`);
    }
    const head = '# recording, rule, events that it matches, digest of their numbers\n';
    await expect(head + lines.join('')).toMatchFileSnapshot('golden/found.txt');
  });
});
