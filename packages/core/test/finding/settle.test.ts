// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FindingDraft, Rule } from '../../src/finding/index.ts';
import { type Levels, settleFindings } from '../../src/finding/settle.ts';
import type { SourceFile } from '../../src/input/index.ts';
import { sourceOf } from '../input/tree.ts';
import { draftOf, RULE } from './drafts.ts';

const OTHER: Rule = { ...RULE, id: 'words/other', level: 'note' };
const RULES = new Map([RULE, OTHER].map((rule) => [rule.id, rule]));

function settle(drafts: readonly FindingDraft[], sources: readonly SourceFile[] = [], levels: Levels = {}) {
  return settleFindings(drafts, RULES, levels, new Map(sources.map((source) => [source.path, source])));
}

const YAML = 'title: one\ntags:\n  - good\n  - bad # why\n';

describe('a draft becomes a finding', () => {
  it('with the position, end and source line of what it is anchored to', async () => {
    const [finding] = await settle([draftOf({ at: { pointer: ['tags', 1] } })], [sourceOf('a.yml', YAML)]);
    expect(finding).toMatchObject({
      location: { path: 'a.yml', line: 4, column: 5, endLine: 4, endColumn: 8 },
      excerpt: '  - bad # why',
      remedy: 'f',
    });
  });

  it('with positions in characters as JavaScript counts them, whatever the line ends', async () => {
    const text = 'a: "😀"\r\nb: {"é": x}\r\n';
    const [finding] = await settle([draftOf({ at: { pointer: ['b', 'é'] } })], [sourceOf('a.yml', text)]);
    expect(finding).toMatchObject({ location: { line: 2, column: 10, endColumn: 11 }, excerpt: 'b: {"é": x}' });
  });

  it('narrowed to a part of the value', async () => {
    const at = { pointer: ['title'], text: 'ne' };
    expect((await settle([draftOf({ at })], [sourceOf('a.yml', YAML)]))[0]?.location).toMatchObject({
      line: 1,
      column: 9,
    });
  });

  it('at its own line where there is no structure, and at line 1 where nothing is known', async () => {
    const source = sourceOf('a.yml', '"open\nsecond');
    const [first, second] = await settle([draftOf(), draftOf({ line: 2, column: 3 })], [source]);
    expect(first?.location).toEqual({ path: 'a.yml', line: 1 });
    expect(second).toMatchObject({ location: { path: 'a.yml', line: 2, column: 3 }, excerpt: 'second' });
  });

  it('without a picture of a line that is too long to show', async () => {
    const [finding] = await settle([draftOf({ line: 1 })], [sourceOf('a.yml', 'x'.repeat(5000))]);
    expect(finding?.excerpt).toBeUndefined();
  });

  it('also of a file that was never read', async () => {
    expect(await settle([draftOf({ path: 'gone.yml', at: { pointer: [] } })])).toMatchObject([
      { location: { path: 'gone.yml', line: 1 } },
    ]);
  });
});

describe('the level of a finding', () => {
  it.each([
    [{}, {}, 'error'],
    [{ level: 'note' }, {}, 'note'],
    [{ level: 'note' }, { 'words/forbidden': 'warning' }, 'warning'],
  ] as const)('is what the configuration says, else the gate, else the rule: %j %j', async (draft, levels, level) => {
    expect(await settle([draftOf(draft)], [], levels)).toMatchObject([{ level }]);
  });

  it('off: there is no finding', async () => {
    expect(await settle([draftOf({ level: 'error' })], [], { 'words/forbidden': 'off' })).toEqual([]);
  });
});

describe('a fix', () => {
  const replace: FindingDraft['fix'] = { title: 'Write well', edit: { kind: 'replace', newText: 'well' } };

  it('speaks of the text that its finding shows', async () => {
    const [finding] = await settle(
      [draftOf({ at: { pointer: ['tags', 1] }, fix: replace })],
      [sourceOf('a.yml', YAML)],
    );
    expect(finding?.fix).toEqual({
      title: 'Write well',
      edits: [{ path: 'a.yml', start: 30, end: 33, newText: 'well' }],
    });
  });

  it('is left away where the value is written with escapes: its quotes would go with it', async () => {
    const json = sourceOf('a.json', '{"t": "b\\u0061d"}');
    const drafts = [draftOf({ path: 'a.json', at: { pointer: ['t'], text: 'bad' }, fix: replace })];
    expect((await settle(drafts, [json]))[0]?.fix).toBeUndefined();
  });
});

describe('the findings of a run', () => {
  const YAMLS = ['a.yml', 'b.yml'].map((path) => sourceOf(path, `l:\n${'  - x\n'.repeat(5)}`));

  it('are the same in whatever order a gate reported them', async () => {
    const draft = fc.record({
      ruleId: fc.constantFrom(RULE.id, OTHER.id),
      path: fc.constantFrom('a.yml', 'b.yml', 'gone.yml'),
      subject: fc.constantFrom('s', 't'),
      message: fc.constantFrom('m', 'n'),
      at: fc.record({ pointer: fc.tuple(fc.constant('l'), fc.nat(5)) }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(draft, { maxLength: 8 }), fc.infiniteStream(fc.nat()), async (drafts, random) => {
        const shuffled = drafts.map((one) => ({ one, at: random.next().value })).sort((a, b) => a.at - b.at);
        expect(
          await settle(
            shuffled.map(({ one }) => one),
            YAMLS,
          ),
        ).toEqual(await settle(drafts, YAMLS));
      }),
      { numRuns: 2000 },
    );
  });

  it('are sorted by path, line, column, rule and fingerprint', async () => {
    const place = (path: string, item: number): FindingDraft => draftOf({ path, at: { pointer: ['l', item] } });
    const found = await settle([place('b.yml', 0), place('a.yml', 3), place('a.yml', 1)], YAMLS);
    expect(found.map(({ location }) => `${location.path}:${location.line}`)).toEqual(['a.yml:3', 'a.yml:5', 'b.yml:2']);
  });

  it('keep their fingerprints when text is put in before them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(20),
        fc.array(fc.constantFrom('x', 'y'), { minLength: 1, maxLength: 6 }),
        async (shift, items) => {
          const drafts = items.map((subject, item) => draftOf({ subject, at: { pointer: ['l', item] } }));
          const prints = async (text: string): Promise<string[]> =>
            (await settle(drafts, [sourceOf('a.yml', text)])).map(({ fingerprint }) => fingerprint);
          const text = `l:\n${items.map((item) => `  - ${item}\n`).join('')}`;
          expect(await prints(`${'# new\n'.repeat(shift)}${text}`)).toEqual(await prints(text));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('cost positions only in files that have any', async () => {
    const untouched: SourceFile = {
      path: 'b.yml',
      sha256: '',
      get text(): string {
        throw new Error('was looked into');
      },
    };
    expect(await settle([draftOf({ at: { pointer: [] } })], [sourceOf('a.yml', YAML), untouched])).toHaveLength(1);
  });

  it('ten thousand in one file are placed in moments', async () => {
    const text = `l:\n${'  - word: bad\n'.repeat(10_000)}`;
    const drafts = Array.from({ length: 10_000 }, (_, item) => draftOf({ at: { pointer: ['l', item, 'word'] } }));
    const started = performance.now();
    const found = await settle(drafts, [sourceOf('a.yml', text)]);
    expect(performance.now() - started).toBeLessThan(4000);
    expect(found.at(-1)?.location).toMatchObject({ line: 10_001, column: 11 });
  });

  it('of a rule that the gate does not declare are a defect of the gate', async () => {
    await expect(settle([draftOf({ ruleId: 'words/unknown' })])).rejects.toThrow('undeclared rule words/unknown');
  });
});
