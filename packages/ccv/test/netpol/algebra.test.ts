// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, joined, nameRange, parseCidr, partition, without } from '../../src/netpol/connect/address.ts';
import { createPortTable } from '../../src/netpol/connect/port-table.ts';
import {
  ALL_PORTS,
  describePorts,
  intersect,
  NO_PORTS,
  portRange,
  type Ports,
  subtract,
  unite,
} from '../../src/netpol/connect/ports.ts';

const port = fc.integer({ min: 1, max: 12 });
const range = fc
  .tuple(fc.constantFrom('TCP' as const, 'UDP' as const, 'SCTP' as const), port, port)
  .map(([protocol, a, b]): Ports => portRange(protocol, Math.min(a, b), Math.max(a, b)));
const ports = fc.array(range, { maxLength: 4 }).map((ranges) => ranges.reduce(unite, NO_PORTS));

/** The numbers in a set, one by one. */
function numbers(set: Ports): Set<number> {
  const all = new Set<number>();
  for (let at = 0; at < set.length; at += 2)
    for (let each = set[at] ?? 0; each <= (set[at + 1] ?? 0); each++) all.add(each);
  return all;
}

describe('sets of ports', () => {
  it('are united, cut and taken away as the sets of their numbers are', () => {
    fc.assert(
      fc.property(ports, ports, (a, b) => {
        const [left, right] = [numbers(a), numbers(b)];
        expect(numbers(unite(a, b))).toEqual(left.union(right));
        expect(numbers(intersect(a, b))).toEqual(left.intersection(right));
        expect(numbers(subtract(a, b))).toEqual(left.difference(right));
      }),
    );
  });

  it('have one form: what is put together from its parts is the same', () => {
    fc.assert(
      fc.property(ports, ports, (a, b) => {
        expect(unite(subtract(a, b), intersect(a, b))).toEqual(a);
      }),
    );
    expect(['TCP', 'UDP', 'SCTP'].map((name) => portRange(name as 'TCP')).reduce(unite)).toEqual(ALL_PORTS);
  });

  it('are the same by number in a table', () => {
    const table = createPortTable();
    fc.assert(
      fc.property(ports, ports, (a, b) => {
        const [left, right] = [table.idOf(a), table.idOf(b)];
        expect(table.portsOf(table.unite(left, right))).toEqual(unite(a, b));
        expect(table.portsOf(table.intersect(left, right))).toEqual(intersect(a, b));
        expect(table.portsOf(table.subtract(left, right))).toEqual(subtract(a, b));
      }),
      { numRuns: 500 },
    );
  });

  it('are told in words', () => {
    expect(
      describePorts(unite(portRange('UDP', 53, 53), unite(portRange('TCP', 80, 80), portRange('TCP', 90, 99)))),
    ).toBe('TCP 80,90-99,UDP 53');
    expect([describePorts(NO_PORTS), describePorts(ALL_PORTS)]).toEqual(['no connections', 'all connections']);
  });
});

describe('networks', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.0.2.7/32', '192.0.2.7'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['::1/128', '::1'],
    ['::/0', '::/0'],
  ])('are read and named: %s is %s', (text, name) => {
    const parsed = parseCidr(text);
    expect(parsed && nameRange(parsed)).toBe(name);
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '010.0.0.0/8',
    '10.0/8',
    '10.0.0.0/08',
    '::/129',
    '::ffff:10.0.0.1/128',
    'fe80::1%eth0/64',
    '10.0.0.0/8 ',
    'a/8',
  ])('are refused where readers differ, or nothing is meant: %j', (text) => expect(parseCidr(text)).toBeUndefined());

  const cidr = fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
    .map(([last, prefix]) => parseCidr(`192.0.2.${last}/${prefix}`) ?? { first: 0n, last: 0n });

  it('cut the space into pieces that each covers wholly or not at all', () => {
    fc.assert(
      fc.property(fc.array(cidr, { maxLength: 5 }), (ranges) => {
        for (const piece of partition(ranges))
          for (const each of ranges)
            expect(covers(each, piece) || each.last < piece.first || piece.last < each.first).toBe(true);
      }),
    );
  });

  it('are whole again when what was taken away is put back', () => {
    fc.assert(
      fc.property(cidr, fc.array(cidr, { maxLength: 4 }), (whole, taken) => {
        const inside = taken.filter((each) => covers(whole, each));
        expect(joined([...without([whole], inside), ...inside])).toEqual([whole]);
      }),
    );
  });
});
