// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../src/events/event.ts';
import { createEgressLearner, egressBaselineSchema, judgeEgress } from '../../src/falco/index.ts';
import { eventOf } from './stage.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 1);

const connect = (address: string, extra: Readonly<Record<string, unknown>> = {}, day: number | undefined = 0) =>
  eventOf(
    {
      'evt.type': 'connect',
      'evt.rawres': 0,
      'fd.type': address.includes(':') ? 'ipv6' : 'ipv4',
      'fd.sip': address,
      'container.id': 'c1',
      'container.image.repository': 'example/shop',
      'k8s.ns.name': 'shop',
      ...extra,
    },
    day === undefined ? undefined : START + day * DAY,
  );

const EVENTS = [
  connect('203.0.113.9', { 'destination.as.number': 64500 }, 0),
  connect('203.0.113.200', { 'destination.as.number': 64500 }, 1),
  connect('203.0.113.9', {}, 1),
  connect('198.51.100.7', {}, 2),
  connect('2001:db8:2::9', {}, 0),
  connect('2001:db8:2:ffff::1', {}, 3),
  connect('192.0.2.1', { 'container.image.repository': 'example/mail' }, 0),
  connect('192.0.2.1', { 'container.id': 'host' }),
  connect('192.0.2.1', { 'evt.rawres': -111, 'evt.res': 'ECONNREFUSED' }),
  connect('192.0.2.1', { 'fd.type': 'unix' }),
  connect('192.0.2.1', { 'evt.type': 'accept' }),
  eventOf({ ...connect('192.0.2.1').fields }),
];

function learnEgress(
  events: readonly LogEvent[],
  ...prefix: Parameters<typeof createEgressLearner>
): ReturnType<ReturnType<typeof createEgressLearner>['baseline']> {
  const learner = createEgressLearner(...prefix);
  for (const event of events) learner.learn(event);
  return learner.baseline();
}

describe('learning where workloads connect to', () => {
  const baseline = learnEgress(EVENTS);

  it('counts by workload, network and autonomous system', () => {
    expect(baseline).toEqual({
      schema: 'helios/egress-baseline/v1',
      prefix: { ipv4: 24, ipv6: 48 },
      connections: 7,
      undated: 1,
      workloads: [
        {
          workload: 'shop/example/mail',
          connections: 1,
          days: 1,
          networks: [{ cidr: '192.0.2.0/24', count: 1, days: 1, first: '2026-11-01', last: '2026-11-01' }],
          asns: [],
        },
        {
          workload: 'shop/example/shop',
          connections: 6,
          days: 4,
          networks: [
            { cidr: '198.51.100.0/24', count: 1, days: 1, first: '2026-11-03', last: '2026-11-03' },
            { cidr: '2001:db8:2::/48', count: 2, days: 2, first: '2026-11-01', last: '2026-11-04' },
            { cidr: '203.0.113.0/24', count: 3, days: 2, first: '2026-11-01', last: '2026-11-02' },
          ],
          asns: [{ asn: 64500, count: 2, days: 2, first: '2026-11-01', last: '2026-11-02' }],
        },
      ],
    });
    expect(egressBaselineSchema.parse(baseline)).toEqual(baseline);
  });

  it('does not depend on the order of events', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(EVENTS, { minLength: EVENTS.length }), (events) => {
        expect(JSON.stringify(learnEgress(events))).toBe(JSON.stringify(baseline));
      }),
      { numRuns: 50 },
    );
  });

  it('gathers by the networks it is told to', () => {
    const { workloads } = learnEgress([connect('203.0.113.9'), connect('2001:db8::1')], { ipv4: 32, ipv6: 32 });
    expect(workloads[0]?.networks.map(({ cidr }) => cidr)).toEqual(['2001:db8::/32', '203.0.113.9/32']);
  });

  it.each([
    [
      'known, seen on two days',
      connect('203.0.113.77'),
      'known',
      '203.0.113.0/24 was seen 3 times on 2 days (2026-11-01 to 2026-11-02) by shop/example/shop',
    ],
    [
      'known by its autonomous system',
      connect('198.18.0.1', { 'destination.as.number': 64500 }),
      'known',
      'AS64500 was seen 2 times on 2 days (2026-11-01 to 2026-11-02) by shop/example/shop',
    ],
    [
      'seen once',
      connect('198.51.100.9'),
      'rare',
      '198.51.100.0/24 was seen 1 times on 1 day (2026-11-03 to 2026-11-03) only by shop/example/shop, and 2 days are asked for',
    ],
    [
      'never seen',
      connect('198.18.0.1'),
      'rare',
      'shop/example/shop was not seen to connect there in 6 connections on 4 days',
    ],
    [
      'seen, by another workload',
      connect('192.0.2.1'),
      'rare',
      'shop/example/shop was not seen to connect there in 6 connections on 4 days',
    ],
    [
      'a workload that is new',
      connect('203.0.113.9', { 'k8s.ns.name': 'new\n' }),
      'rare',
      String.raw`nothing is known of the workload new\n/example/shop`,
    ],
    [
      'IPv6',
      connect('2001:db8:2:1::1'),
      'known',
      '2001:db8:2::/48 was seen 2 times on 2 days (2026-11-01 to 2026-11-04) by shop/example/shop',
    ],
    [
      'no connection',
      connect('203.0.113.9', { 'container.id': 'host' }),
      'no-egress',
      'no connection out of a container',
    ],
  ] as const)('%s', (_, event, verdict, reason) => {
    expect(judgeEgress(event, baseline)).toMatchObject({ verdict, reason });
  });

  it('an autonomous system counts only where it is trusted, and days as many as are asked for', () => {
    const event = connect('198.18.0.1', { 'destination.as.number': 64500 });
    expect(judgeEgress(event, baseline, { days: 2, trustAsn: false }).verdict).toBe('rare');
    expect(judgeEgress(connect('198.51.100.9'), baseline, { days: 1, trustAsn: true }).verdict).toBe('known');
    expect(judgeEgress(connect('203.0.113.9'), baseline, { days: 3, trustAsn: true }).verdict).toBe('rare');
  });

  it('knows what it has learned, by every event of it', () => {
    for (const event of EVENTS.filter(({ time }) => time !== undefined)) {
      const { verdict } = judgeEgress(event, baseline, { days: 1, trustAsn: false });
      expect(verdict).not.toBe('rare');
    }
  });

  it.each([
    ['another schema', { schema: 'helios/egress-baseline/v2' }],
    ['an unknown key', { extra: 1 }],
    ['a prefix that is none', { prefix: { ipv4: 33, ipv6: 48 } }],
    [
      'a network that is none',
      {
        workloads: [
          {
            ...baseline.workloads[0],
            networks: [{ cidr: '10.0.0.0', count: 1, days: 1, first: '2026-11-01', last: '2026-11-01' }],
          },
        ],
      },
    ],
  ])('a record with %s is refused', (_, change) => {
    expect(egressBaselineSchema.safeParse({ ...baseline, ...change }).success).toBe(false);
  });
});
