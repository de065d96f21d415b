// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { applies, lookup, parseTime } from '../../src/events/index.ts';

describe('A field is looked up', () => {
  it.each([
    ['at the top', { a: 1 }, 'a', 1],
    ['by its whole name before its parts', { 'a.b': 1, a: { b: 2 } }, 'a.b', 1],
    ['by its parts', { a: { b: { c: 2 } } }, 'a.b.c', 2],
    ['by parts that have dots themselves', { a: { 'b.c': 2 } }, 'a.b.c', 2],
    ['by a first part with dots', { 'a.b': { c: 2 } }, 'a.b.c', 2],
    ['in each item of a list', { a: [{ b: 1 }, { c: 9 }, { b: 2 }] }, 'a.b', [1, 2]],
    ['in lists within lists, flat', { a: [[{ b: [1, 2] }], { b: 3 }] }, 'a.b', [1, 2, 3]],
    ['as a list where it is one', { a: [1, 2] }, 'a', [1, 2]],
    ['as null where it is null', { a: { b: null } }, 'a.b', null],
    ['in its own case only', { Image: 1 }, 'image', undefined],
    ['through a text in vain', { a: 'text' }, 'a.length', undefined],
    ['through an empty list in vain', { a: [] }, 'a.b', undefined],
    ['by the name of a list’s own property in vain', { a: [1] }, 'a.length', undefined],
    ['by an index in vain', { a: [1] }, 'a.0', undefined],
    ['by an empty part', { a: { '': 1 } }, 'a.', 1],
  ])('%s', (_how, fields, name, value) => expect(lookup(fields, name)).toEqual(value));

  it('only among what the event holds', () => {
    for (const name of [
      '__proto__',
      'constructor',
      'toString',
      'a.__proto__',
      'a.constructor.name',
      'hasOwnProperty',
    ]) {
      expect(lookup({ a: { b: 1 } }, name)).toBeUndefined();
    }
    expect(lookup(JSON.parse('{"__proto__":{"x":1}}') as Record<string, unknown>, '__proto__.x')).toBe(1);
  });
});

describe('A rule applies', () => {
  const sysmon = { logsources: [{ product: 'windows', category: 'process_creation', service: 'sysmon' }] };
  const audit = {
    logsources: [
      { product: 'a', service: 'x' },
      { product: 'b', service: 'y' },
    ],
  };
  it.each([
    ['to its product', { product: 'windows' }, sysmon, true],
    ['to its category of any product', { category: 'process_creation' }, sysmon, true],
    ['to its product and category', { product: 'windows', category: 'process_creation' }, sysmon, true],
    ['to its service', { product: 'windows', service: 'sysmon' }, sysmon, true],
    ['not to another product', { product: 'linux', category: 'process_creation' }, sysmon, false],
    ['not to another category', { product: 'windows', category: 'file_event' }, sysmon, false],
    ['not by halves of two logsources', { product: 'a', service: 'y' }, audit, false],
    ['to the second logsource', { product: 'b', service: 'y' }, audit, true],
    ['to nothing without a logsource', {}, sysmon, false],
    ['to no event of which nothing is known', { product: 'windows' }, { logsources: [] }, false],
  ])('%s', (_how, rule, event, expected) => expect(applies(rule, event)).toBe(expected));
});

describe('A moment is read', () => {
  it.each<[unknown, string | undefined]>([
    ['2020-10-22 05:54:20.165', '2020-10-22T05:54:20.165Z'],
    ['2026-04-08T10:58:04.850672Z', '2026-04-08T10:58:04.850Z'],
    ['2023-07-10T12:08:37Z', '2023-07-10T12:08:37.000Z'],
    ['2023-07-10T12:08:37.57+02:00', '2023-07-10T10:08:37.570Z'],
    ['2023-07-10T12:08:37-0530', '2023-07-10T17:38:37.000Z'],
    ['2024-04-02 19:17:37.621000000', '2024-04-02T19:17:37.621Z'],
    ['/Date(1600000000123)/', '2020-09-13T12:26:40.123Z'],
    [1600000000, '2020-09-13T12:26:40.000Z'],
    [1600000000.25, '2020-09-13T12:26:40.250Z'],
    [1600000000123, '2020-09-13T12:26:40.123Z'],
    ['1600000000123456789', '2020-09-13T12:26:40.123Z'],
    ['2020-02-30T00:00:00Z', undefined],
    ['2020-13-01T00:00:00Z', undefined],
    ['2020-01-01T25:00:00Z', undefined],
    ['yesterday', undefined],
    [`2020${'0'.repeat(1_000_000)}`, undefined],
    [0, undefined],
    [Number.NaN, undefined],
    [-1, undefined],
    [{}, undefined],
    [null, undefined],
  ])('%s', (value, expected) => {
    const time = parseTime(value);
    expect(time === undefined ? undefined : new Date(time).toISOString()).toBe(expected);
  });

  it('whatever the zone of this machine', () => {
    const before = process.env['TZ'];
    process.env['TZ'] = 'Pacific/Kiritimati';
    expect(parseTime('2020-10-22 05:54:20')).toBe(Date.UTC(2020, 9, 22, 5, 54, 20));
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
});
