// SPDX-License-Identifier: Apache-2.0
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDerived } from '../../core/src/gate/derived.ts';
import { createLoadContext } from '../../core/src/gate/load-context.ts';
import { newFolder } from '../../core/test/fs/folder.ts';
import { addTo, plant } from '../../core/test/input/tree.ts';
import { gate } from '../src/gate.ts';
import { optionsSchema } from '../src/options.ts';
import type { LogEvent } from '../src/events/event.ts';
import type { Ruleset } from '../src/ruleset.ts';
import { createEngine, matchAll } from '../src/sigma/engine.ts';
import { NO_SHARED, SHARED } from './events/stage.ts';
import { sigma } from './stage.ts';

/** What the gate loads from a folder, with the memory of earlier times. */
async function load(root: string, memory: string, options: object = {}): Promise<Ruleset> {
  const derived = openDerived(memory, 'detect');
  const context = createLoadContext({ root, config: undefined, derived });
  const { set } = await gate.load(context, optionsSchema.parse(options));
  await derived.save();
  return set;
}

const remembered = (memory: string): string => readFileSync(join(memory, 'detect.facts'), 'utf8');

describe('rules that are remembered', () => {
  const FILES = {
    'plain.yml': sigma(
      "  s: {a|contains|all: [x, '*y?'], b|re: 'z+', c|cidr: 10.0.0.0/8, d: null, e|exists: true}\n  condition: s\n",
    ),
    'broken.yml': sigma('  s: {a|nonsense: x}\n  condition: s\n'),
    'numbers.yml': sigma('  s: {a: .inf, b|gt: 5}\n  condition: s\n'),
    'filled.yml': sigma("  s: {a|expand: '%who%'}\n  condition: s\n"),
  };

  it('are the same as those that are read', async () => {
    const [root, memory] = [plant(FILES), newFolder()];
    const options = { placeholders: { who: ['alice', 'bob'] } };
    const first = await load(root, memory, options);
    expect(remembered(memory)).toContain('alice');
    expect(await load(root, memory, options)).toEqual(first);
    expect(first.rules).toHaveLength(3);
    expect(first.problems).toHaveLength(1);
  });

  it('find what rules find that are read, with a filter that came later too', async () => {
    const [root, memory] = [
      plant({
        'alpha.yml': sigma('  s: {a|contains: needle}\n  condition: s\n'),
        'either.yml': sigma('  s: {a: [one, two]}\n  t: {b|re: x+}\n  condition: s or t\n'),
        'never.yml': sigma('  s: {a: nowhere}\n  condition: s\n'),
      }),
      newFolder(),
    ];
    const events = [{ a: 'a needle' }, { a: 'two' }, { b: 'xx' }, { a: 'a needle', c: 'ok' }, { a: 'two', c: 'ok' }];
    const found = ({ rules }: Ruleset): number[] => {
      const all = rules.map(({ rule }) => rule);
      const engine = createEngine(all);
      return events.map((fields) => {
        const event: LogEvent = { fields, logsources: [{ product: 'windows' }], at: { file: 'x', record: 1 } };
        const matched = engine.match(event);
        expect(matched).toEqual(matchAll(all, event));
        return matched.length;
      });
    };
    expect(found(await load(root, memory))).toEqual([1, 1, 1, 1, 1]);
    expect(found(await load(root, memory))).toEqual([1, 1, 1, 1, 1]);
    addTo(root, {
      'only.yml': 'title: Only\nlogsource: {product: windows}\nfilter:\n  rules: any\n  s: {c: ok}\n  condition: s\n',
    });
    expect(found(await load(root, memory))).toEqual([0, 0, 0, 1, 1]);
  });

  it('are read anew for other placeholders', async () => {
    const [root, memory] = [plant(FILES), newFolder()];
    const wide = await load(root, memory, { placeholders: { who: ['alice'] } });
    const narrow = await load(root, memory, { placeholders: { who: ['bob'] } });
    expect(JSON.stringify(wide.rules)).toContain('alice');
    expect(JSON.stringify(narrow.rules)).not.toContain('alice');
  });

  it.skipIf(!existsSync(SHARED))(`are the same for all public rules${NO_SHARED}`, async () => {
    const root = join(SHARED, 'sigma', 'rules');
    const memory = newFolder();
    const first = await load(root, memory);
    expect(first.rules).toHaveLength(globSync('**/*.yml', { cwd: root }).length);
    expect(await load(root, memory)).toEqual(first);
  });
});
