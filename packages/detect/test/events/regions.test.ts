// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BadRecord, LogEvent } from '../../src/events/index.ts';
import { EVENT_LIMITS } from '../../src/events/limits.ts';
import { readRegion, regionFramer } from '../../src/events/regions.ts';
import { read } from './stage.ts';

const line = fc.constantFrom('{"a":1}', '{"b":"ä"}', '', '  ', '{"c":', '[{"d":1},{"e":2}]', 'no JSON', '{"f":[1,2]}');

/** As threads would read it: regions of about a size, each for itself, put together again. */
function inRegions(
  text: string,
  piece: number,
  size: number,
): { regions: Buffer[]; events: LogEvent[]; bad: BadRecord[] } {
  const framer = regionFramer(size);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += piece) framer.push(bytes.subarray(at, at + piece));
  framer.end();
  const regions = framer.take();
  const [events, bad]: [LogEvent[], BadRecord[]] = [[], []];
  let before = 0;
  for (const region of regions) {
    const moved = <T extends { record: number }>(at: T): T => ({ ...at, record: at.record + before });
    const part = readRegion('test.log', region, { onBad: (record) => bad.push(moved(record)) });
    events.push(...part.events.map((event) => ({ ...event, at: moved(event.at) })));
    before += part.lines;
  }
  return { regions, events, bad };
}

describe('A log in regions', () => {
  it('holds the same events at the same places, whatever the pieces it comes in and the size of regions', async () => {
    const log = fc.tuple(fc.array(line, { minLength: 1, maxLength: 30 }), fc.constantFrom('', '\n'));
    await fc.assert(
      fc.asyncProperty(
        log,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 100 }),
        async ([lines, end], piece, size) => {
          // Begins with an object, so that it is read as lines at all.
          const text = `{"first":0}\n${lines.join('\n')}${end}`;
          const whole = await read(text, { piece });
          const { events, bad } = inRegions(text, piece, size);
          expect(events).toEqual(whole.events);
          expect(bad).toEqual(whole.bad);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is the log itself, cut only behind lines', () => {
    const text = Array.from({ length: 500 }, (_, at) => `{"a":${at}}`).join('\n');
    const { regions } = inRegions(text, 7, 64);
    expect(regions.length).toBeGreaterThan(20);
    expect(Buffer.concat(regions).toString()).toBe(text);
    for (const region of regions.slice(0, -1)) expect(region.at(-1)).toBe(0x0a);
  });

  it('keeps of a line over the limit no more than shows that it is', async () => {
    const long = `{"a":"${'x'.repeat(EVENT_LIMITS.recordBytes * 3)}"}`;
    const text = `{"first":0}\n${long}\n{"last":1}\n`;
    const { regions, events, bad } = inRegions(text, 64 * 1024, 1024);
    const whole = await read(text, { piece: 64 * 1024 });
    expect(events).toEqual(whole.events);
    expect(bad).toEqual(whole.bad);
    expect(Buffer.concat(regions).length).toBeLessThan(EVENT_LIMITS.recordBytes + 1024);
  });
});
