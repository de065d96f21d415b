// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../../src/events/index.ts';
import { read } from './stage.ts';

const RECORDS = [{ a: 1, text: 'ä "quoted" \\ {[,' }, { b: [{ c: 'ё' }, []] }, { d: { e: {} } }];
const TEXTS = RECORDS.map((record) => JSON.stringify(record));
const PRETTY = RECORDS.map((record) => JSON.stringify(record, null, 2));

const LAYOUTS: Readonly<Record<string, string>> = {
  NDJSON: TEXTS.join('\n'),
  'NDJSON with an end, CR LF and blank lines': `${TEXTS.join('\r\n\r\n  \n')}\r\n`,
  'one list': JSON.stringify(RECORDS),
  'one list over many lines': JSON.stringify(RECORDS, null, 2),
  'a list with an item a line': `[\n${TEXTS.join(',\n')}\n]\n`,
  'objects one after the other': TEXTS.join(''),
  'objects over many lines, one after the other': PRETTY.join('\n'),
  'a CloudTrail file': JSON.stringify({ Records: RECORDS }),
  'a CloudTrail file over many lines': JSON.stringify({ Records: RECORDS }, null, 2),
  'CloudTrail files one after the other': TEXTS.map((text) => `{"Records":[${text}]}`).join('\n'),
  'an EventList': `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${TEXTS.join()}]}`,
  'an EventList with its kind at the end': `{"items":[${TEXTS.join()}],"kind":"EventList"}`,
  'Azure records': JSON.stringify({ records: RECORDS }),
  'a Graph answer': JSON.stringify({ '@odata.context': 'x', value: RECORDS, '@odata.nextLink': 'y' }),
  'lists one after the other': TEXTS.map((text) => `[${text}]`).join('\n'),
};

describe('A log is cut into the same events', () => {
  for (const [layout, text] of Object.entries(LAYOUTS)) {
    it.each([1, 7, 65_536])(`of ${layout}, in pieces of %i bytes`, async (piece) => {
      const { events, bad, error } = await read(text, { piece });
      expect(error).toBeUndefined();
      expect(bad).toEqual([]);
      expect(events.map(({ fields }) => fields)).toEqual(RECORDS);
    });
  }

  it('as gzip of one member and of many, in pieces of one byte and of all', async () => {
    const one = gzipSync(TEXTS.join('\n'));
    const many = Buffer.concat(TEXTS.map((text) => gzipSync(`${text}\n`)));
    for (const bytes of [one, many]) {
      for (const piece of [1, 65_536]) expect((await read(bytes, { piece })).events).toHaveLength(3);
    }
  });

  it('with a byte order mark as UTF-8, as UTF-16 of either order, and packed', async () => {
    const text = `\uFEFF${TEXTS.join('\n')}`;
    const little = Buffer.from(text, 'utf16le');
    const big = Buffer.from(text, 'utf16le').swap16();
    for (const bytes of [Buffer.from(text), little, big, gzipSync(little)]) {
      for (const piece of [1, 3, 65_536]) {
        const { events, bad } = await read(bytes, { piece });
        expect(bad).toEqual([]);
        expect(events.map(({ fields }) => fields)).toEqual(RECORDS);
      }
    }
  });
});

describe('A place', () => {
  it('is the line of NDJSON, blank lines counted', async () => {
    const { events } = await read('{"a":1}\n\n{"b":2}\n');
    expect(events.map(({ at }) => at)).toEqual([
      { file: 'test.log', record: 1 },
      { file: 'test.log', record: 3 },
    ]);
  });

  it('is the item of a list or an envelope, whatever its size', async () => {
    for (const text of [JSON.stringify(RECORDS), JSON.stringify({ Records: RECORDS })]) {
      expect((await read(text)).events.map(({ at }) => at.record)).toEqual([1, 2, 3]);
    }
  });
});

it('An object with a list among other fields is an event of its own', async () => {
  for (const event of [
    { items: [{ a: 1 }] },
    { value: [1] },
    { name: 'x', Records: [{}] },
    { kind: 'List', x: 1, items: [] },
  ]) {
    expect((await read(JSON.stringify(event))).events.map(({ fields }) => fields)).toEqual([event]);
    expect((await read(JSON.stringify(event, null, 1))).events.map(({ fields }) => fields)).toEqual([event]);
  }
});

it('Whole numbers of any length keep their digits, as rules know them by their text', async () => {
  const line =
    '{"id": 9007199254740993, "n": [-18446744073709551615, 1e300, 4], "__proto__": {"id":123456789012345678}}';
  for (const log of [line, `[${line}]`]) {
    const { events } = await read(log);
    const { id, n, ['__proto__']: own } = events[0]?.fields ?? {};
    expect([id, n, own]).toEqual([
      '9007199254740993',
      ['-18446744073709551615', 1e300, 4],
      { id: '123456789012345678' },
    ]);
  }
});

it('Digits are looked for in numbers only, and what is no JSON stays none', async () => {
  const texts = { a: '","b":9007199254740993,', 'c":9007199254740993': '\\\\":1234567890123456789,', '': 1 };
  expect((await read(JSON.stringify(texts))).events.map(({ fields }) => fields)).toEqual([texts]);
  const { events, bad } = await read('{"a":1}\n{"a":-01234567890123456789}\n{"a":12345678901234567890x}');
  expect([events.length, bad.map(({ record }) => record)]).toEqual([1, [2, 3]]);
});

it('An empty log has no events, and says so', async () => {
  for (const text of ['', '\n\n', ' '.repeat(200_000), '[]', '{"Records":[]}', gzipSync('')]) {
    const events = readEvents({
      file: 'x',
      chunks: (async function* () {
        yield Promise.resolve(Buffer.from(text));
      })(),
    });
    expect(await events.next()).toEqual({ done: true, value: { events: 0, bad: 0 } });
  }
});

it('Reading can be left off early, which closes the source', async () => {
  let closed = false;
  const chunks = (async function* () {
    try {
      for (;;) yield await Promise.resolve(Buffer.from('{"a":1}\n'));
    } finally {
      closed = true;
    }
  })();
  for await (const event of readEvents({ file: 'x', chunks })) {
    expect(event.fields).toEqual({ a: 1 });
    break;
  }
  expect(closed).toBe(true);
});

it('What follows the list of an envelope is told where it belongs to none', async () => {
  for (const tail of [',"name":"x"}', ',"a":[{"b":1}]}', '}}', '{"a":1}']) {
    const { events, bad, error } = await read(`{\n"Records":[{"a":1}]${tail}`);
    expect(events.length).toBeGreaterThan(0);
    expect([tail, bad.length, error]).toEqual([tail, 1, undefined]);
  }
});
