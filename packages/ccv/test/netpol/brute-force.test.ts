// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/netpol/connect/connectivity.ts';
import { covers, parseCidr } from '../../src/netpol/connect/address.ts';
import type { Outside } from '../../src/netpol/connect/outside.ts';
import { intersect, portRange, type Protocol } from '../../src/netpol/connect/ports.ts';
import { readModel } from '../../src/netpol/model/model.ts';
import { type End, isAllowed, type Scene } from './brute-force.ts';
import { documentsOf, DOMAINS, NUMBERS, sceneArbitrary } from './scenes.ts';

const THOROUGH = process.env['HELIOS_THOROUGH'] === '1';
const RUNS = THOROUGH ? 10_000 : 150;

const ADDRESSES = [
  '10.1.2.3',
  '10.1.3.1',
  '10.2.0.1',
  '11.0.0.1',
  '192.168.1.1',
  '200.0.0.1',
  'fd00:1::5',
  'fd00:2::1',
  '2001:db8::1',
];
const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** The first packets that the two evaluators differ on. */
function differences(scene: Scene): string[] {
  const model = readModel([{ path: 'scene.yaml', documents: documentsOf(scene) }]);
  expect(model.problems).toEqual([]);
  const connectivity = connect(model);
  const found: string[] = [];
  const compare = (source: End, destination: End, ports: readonly number[]): void => {
    for (const protocol of PROTOCOLS)
      for (const port of NUMBERS) {
        const own = intersect(ports, portRange(protocol, port, port)).length > 0;
        if (own !== isAllowed(scene, { source, destination, protocol, port }))
          found.push(`${JSON.stringify(source)} → ${JSON.stringify(destination)} ${protocol} ${port}: ${own}`);
      }
  };
  for (const [index, pod] of scene.pods.entries()) {
    for (const [other, otherPod] of scene.pods.entries())
      compare({ pod }, { pod: otherPod }, connectivity.between(index, other));
    for (const address of ADDRESSES) {
      const [out, into] = [
        pieceOf(connectivity.outside.egress, address),
        pieceOf(connectivity.outside.ingress, address),
      ];
      compare({ pod }, { address }, connectivity.outTo(index, out));
      compare({ address }, { pod }, connectivity.inFrom(into, index));
    }
    for (const domain of DOMAINS) {
      const piece = connectivity.outside.egress.findIndex((each) => each.kind === 'domain' && each.name === domain);
      if (piece >= 0) compare({ pod }, { domain }, connectivity.outTo(index, piece));
    }
  }
  return found.slice(0, 3);
}

function pieceOf(outside: readonly Outside[], address: string): number {
  const range = parseCidr(`${address}/${address.includes(':') ? 128 : 32}`);
  return outside.findIndex((piece) => piece.kind === 'addresses' && range && covers(piece.range, range));
}

describe('the analyser and an evaluator of single packets', () => {
  it(
    `agree on every packet among ${RUNS} random sets of policies`,
    () => {
      fc.assert(
        fc.property(sceneArbitrary, (scene) => {
          expect(differences(scene)).toEqual([]);
        }),
        { numRuns: RUNS, seed: 20_260_601 },
      );
    },
    THOROUGH ? 3_600_000 : 60_000,
  );

  it('agree whatever the order in which the objects are written', () => {
    fc.assert(
      fc.property(sceneArbitrary, (scene) => {
        const [forth, back] = [documentsOf(scene), documentsOf(scene).toReversed()].map((documents) => {
          const { workloads, between } = connect(readModel([{ path: 'scene.yaml', documents }]));
          const pairs = workloads.flatMap((source, index) =>
            workloads.map((target, other) => `${source.name} ${target.name} ${between(index, other).join()}`),
          );
          return pairs.sort();
        });
        expect(forth).toEqual(back);
      }),
      { numRuns: 50, seed: 7 },
    );
  });
});
