// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { appendEntry, closeEntries, type End } from '../src/register/edit.ts';
import { entry, exception } from './stage.ts';

const END: End = { at: '2026-06-01T12:00:00.000Z', because: 'rule-green', proof: ['builds/run-0123456789ab.json'] };

const HAND_WRITTEN = `# The register. Empty is the aim.
schema: helios/exceptions/v1
exceptions:
    # the first one
    - id:    EXC-2026-001
      state: approved   # by the board
      title: 'quoted   by hand'

    - {id: EXC-2026-002, state: "approved", title: in one line} # a remark
    - state: approved
      id: EXC-2026-003
`;

const closeEntry = (path: string, text: string, id: string, end: End): string =>
  closeEntries(path, text, new Map([[id, end]]));

describe('closing an entry', () => {
  it('changes its own lines and no other', () => {
    expect(closeEntry('r.yaml', HAND_WRITTEN, 'EXC-2026-001', END)).toBe(
      HAND_WRITTEN.replace(
        'state: approved   # by the board',
        `state: closed   # by the board
      end:
        at: 2026-06-01T12:00:00.000Z
        because: rule-green
        proof:
          - builds/run-0123456789ab.json`,
      ),
    );
  });

  it('works in one line, in the first line of an entry, and in JSON', () => {
    expect(closeEntry('r.yaml', HAND_WRITTEN, 'EXC-2026-002', END)).toContain(
      '- {id: EXC-2026-002, state: closed, "end": {"at":"2026-06-01T12:00:00.000Z",',
    );
    expect(closeEntry('r.yaml', HAND_WRITTEN, 'EXC-2026-003', END)).toContain(
      '    - state: closed\n      end:\n        at: 2026',
    );
    const json = '{"exceptions": [{"id": "A-1", "state": "approved"}]}';
    expect(JSON.parse(closeEntry('r.json', json, 'A-1', END).replace(': closed', ': "closed"'))).toMatchObject({
      exceptions: [{ state: 'closed', end: END }],
    });
  });

  it('is done to many at once as one by one', () => {
    const ids = ['EXC-2026-003', 'EXC-2026-001', 'EXC-2026-002'];
    const single = ids.reduce((text, id) => closeEntry('r.yaml', text, id, END), HAND_WRITTEN);
    expect(closeEntries('r.yaml', HAND_WRITTEN, new Map(ids.map((id) => [id, END])))).toBe(single);
  });

  it('is refused where it would change more than is meant', () => {
    const anchored = 'exceptions:\n  - &a {state: &s approved}\n  - {state: *s}\n';
    for (const [text, index] of [
      [anchored, 0],
      [anchored, 1],
      ['exceptions:\n  - &a {state: approved}\n  - *a\n', 0],
      ['exceptions: 1\n', 0],
    ] as const) {
      expect(() => closeEntry('r.yaml', text, `EXC-${index}`, END)).toThrow(/edit/);
    }
  });

  it('keeps line ends of Windows readable', () => {
    const edited = closeEntry('r.yaml', HAND_WRITTEN.replaceAll('\n', '\r\n'), 'EXC-2026-001', END);
    expect((parse(edited) as { exceptions: unknown[] }).exceptions[0]).toMatchObject({ state: 'closed', end: END });
  });
});

describe('adding an entry', () => {
  it.each([
    ['an empty list', 'schema: helios/exceptions/v1\nexceptions: []\n'],
    ['an empty list before other keys', 'exceptions: []\nschema: helios/exceptions/v1 # v1\n'],
    ['a block', HAND_WRITTEN],
    ['a block at the margin', 'exceptions:\n- id: A-1\n  state: draft\n# the end\n'],
    ['a block before other keys', 'exceptions:\n  - id: A-1\n\nschema: helios/exceptions/v1\n'],
    ['one line', 'exceptions: [{id: A-1, state: draft}] # all\n'],
  ])('to %s leaves what is there as it is', (_, text) => {
    const added = exception({ id: 'EXC-2026-009', reason: 'It has: "signs", #hashes\nand lines.' });
    const edited = appendEntry('r.yaml', text, added);
    const before = (parse(text) as { exceptions: unknown[] }).exceptions;
    expect((parse(edited) as { exceptions: unknown[] }).exceptions).toEqual([...before, added]);
    for (const comment of text.match(/#.*$/gm) ?? []) expect(edited).toContain(comment);
  });
});

it('an entry that somebody closed or added meanwhile is left alone', () => {
  const closed = closeEntry('r.yaml', HAND_WRITTEN, 'EXC-2026-001', END);
  expect(() => closeEntry('r.yaml', closed, 'EXC-2026-001', END)).toThrow('EXC-2026-001 has no state `approved`');
  expect(() => closeEntry('r.yaml', HAND_WRITTEN, 'EXC-2026-009', END)).toThrow('no single entry EXC-2026-009');
  expect(() => appendEntry('r.yaml', HAND_WRITTEN, exception())).toThrow('has an entry EXC-2026-001 already');
});

it('any register can be edited, and says nothing but what was meant', () => {
  const word = fc.string({ minLength: 1, maxLength: 12 }).map((text) => text.toWellFormed());
  const entries = fc.array(fc.record({ title: word, reason: word }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(entries, fc.nat(), fc.boolean(), (words, pick, flow) => {
      const all = words.map((more, index) => entry({ ...more, id: `EXC-${index}` }));
      const text = stringify({ exceptions: all }, { collectionStyle: flow ? 'flow' : 'block' });
      const index = pick % all.length;
      const closed = closeEntry('r.yaml', text, `EXC-${index}`, END);
      expect(parse(closed)).toEqual({
        exceptions: all.map((one, at) => (at === index ? { ...one, state: 'closed', end: END } : one)),
      });
      const more = exception({ id: 'EXC-99', title: words[0]?.title });
      expect(parse(appendEntry('r.yaml', closed, more))).toMatchObject({ exceptions: { length: all.length + 1 } });
    }),
    { numRuns: 100 },
  );
});
