// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { destinationOf } from '../../src/egress/destination.ts';

const INTERNAL = new Set(['cluster.local', 'corp.example']);
const to = (host: string): string => {
  const destination = destinationOf(host, INTERNAL);
  return destination ? `${destination.kind} ${destination.name}` : 'stays inside';
};

describe('a name is told by what somebody has registered', () => {
  it.each([
    ['EXAMPLE.co.uk', 'domain example.co.uk'],
    ['a.b.example.co.uk.', 'domain example.co.uk'],
    ['example.com:8443', 'domain example.com'],
    ['_dmarc.example.com', 'domain example.com'],
    ['city.kawasaki.jp', 'domain city.kawasaki.jp'],
    ['co.uk', 'domain co.uk'],
    ['printer', 'domain printer'],
  ])('%s is %s', (host, expected) => expect(to(host)).toBe(expected));

  it.each([
    ['evil.github.io', 'domain evil.github.io'],
    ['a.theirs.s3.eu-west-1.amazonaws.com', 'domain theirs.s3.eu-west-1.amazonaws.com'],
  ])('customers of one host are strangers to each other: %s', (host, expected) => expect(to(host)).toBe(expected));

  it.each([
    ['bücher.example', 'domain xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'domain xn--bcher-kva.example'],
    ['ex。ample.com', 'domain ample.com'],
    ['ⓔxample.com', 'domain example.com'],
    ['exa\u00admple.com', 'domain example.com'],
    // Cyrillic: looks like the apple, and is another.
    ['\u0430\u0440\u0440le.com', 'domain xn--le-6kc8da.com'],
  ])('IDN is told as DNS is asked: %s', (host, expected) => expect(to(host)).toBe(expected));
});

describe('an address is told by its network', () => {
  it.each([
    ['203.0.114.77', 'network 203.0.114.0/24'],
    ['8.8.8.8:53', 'network 8.8.8.0/24'],
    ['0x08.0x08.2056', 'network 8.8.8.0/24'],
    ['134744072', 'network 8.8.8.0/24'],
    ['2606:4700:4700::1111', 'network 2606:4700:4700::/48'],
    ['[2606:4700:4700::1111]:443', 'network 2606:4700:4700::/48'],
    ['::ffff:8.8.8.8', 'network 8.8.8.0/24'],
  ])('%s is %s', (host, expected) => expect(to(host)).toBe(expected));

  it.each(['10.1.2.3', '127.0.0.1', '169.254.169.254', '::1', 'fe80::1', '0x7f.1', '[fd00::1]'])(
    '%s does not leave',
    (host) => expect(to(host)).toBe('stays inside'),
  );
});

it.each(['db.prod.svc.cluster.local', 'cluster.local.', 'WIKI.corp.example'])('%s is internal', (host) =>
  expect(to(host)).toBe('stays inside'),
);
it.each(['notcluster.local', 'cluster.local.evil.example', 'corp.example.com'])('%s only looks internal', (host) =>
  expect(to(host)).not.toBe('stays inside'),
);

it.each([
  '',
  '.',
  'a..b.com',
  '.example.com',
  'a b.com',
  'ex%41mple.com',
  'e\u0000x.com',
  '256.1.1.1',
  `${'a'.repeat(64)}.com`,
  `${'a.'.repeat(130)}com`,
  'http://example.com/',
  '\ud800.com',
  'example.com..',
])('what can be no name is one destination, whatever it says: %j', (host) =>
  expect(to(host)).toBe('malformed no valid name'),
);

it('any text has a destination, and its destination is that of itself', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.domain(), fc.ipV4(), fc.ipV6()), (host) => {
      const destination = destinationOf(host, INTERNAL);
      if (destination?.kind !== 'domain') return;
      expect(destinationOf(destination.name, INTERNAL)).toEqual(destination);
      expect(destinationOf(`${destination.name.toUpperCase()}.`, INTERNAL)).toEqual(destination);
    }),
    { numRuns: 2000 },
  );
});
