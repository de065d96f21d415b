// SPDX-License-Identifier: Apache-2.0
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Answers of RFC 1035: by name the addresses (A), a response code, or silence. */
export type Zone = Readonly<Record<string, readonly string[] | number | 'silence'>>;

/** A name server on loopback that knows A records; answers with its `host:port`. */
export async function serveDns(zone: Zone): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, end } = nameIn(query);
    const known = zone[name] ?? 3;
    if (known !== 'silence') socket.send(answer(query.subarray(0, end + 4), known), from.port, from.address);
  });
  await new Promise<void>((ready) => void socket.bind(0, '127.0.0.1', ready));
  onTestFinished(() => void socket.close());
  const { address, port }: AddressInfo = socket.address();
  return `${address}:${port}`;
}

/** The name of the question, and where it ends; it begins after the header of 12 bytes. */
function nameIn(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

/** The question again, and an A record for each address; each points back to the name at offset 12. */
function answer(question: Buffer, known: readonly string[] | number): Buffer {
  const addresses = typeof known === 'number' ? [] : known;
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180 | (typeof known === 'number' ? known : 0), 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  const records = addresses.map((address) =>
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([head, ...records]);
}
