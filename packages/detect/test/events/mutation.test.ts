// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { LogEvent } from '../../src/events/index.ts';
import { read } from './stage.ts';

/** Numbers that look random and are the same each time (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const RECORDS = Array.from({ length: 6 }, (_, id) => ({
  id,
  text: `{"[,\\ ${'ä'.repeat(id)}`,
  list: [{ a: [id] }, null],
}));
const LAYOUTS = [
  RECORDS.map((record) => JSON.stringify(record)).join('\n'),
  RECORDS.map((record) => JSON.stringify(record, null, 1)).join('\n'),
  JSON.stringify(RECORDS, null, 2),
  JSON.stringify({ Records: RECORDS }),
];
const NOISE = Buffer.from('{}[]",:\\\n \0x0\xff\x1b', 'latin1');

function mutate(text: string, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(text);
  for (let left = 1 + random(3); left > 0; left--) {
    bytes[random(bytes.length)] = NOISE[random(NOISE.length)] ?? 0;
  }
  return random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

it('What becomes of a damaged log is the same in whatever pieces it comes, and never silence', async () => {
  const random = randomOf(20_261_121);
  for (let round = 0; round < 2000; round++) {
    const layout = LAYOUTS[round % LAYOUTS.length] ?? '';
    const damaged = mutate(layout, random);
    const whole = await read(damaged);
    const cut = await read(damaged, { piece: 1 + random(9) });
    const what = `round ${round}: ${damaged.toString('latin1')}`;
    expect(cut.events, what).toEqual(whole.events);
    expect(cut.bad, what).toEqual(whole.bad);
    expect(cut.error?.message, what).toEqual(whole.error?.message);
    if (whole.bad.length === 0 && !whole.error) expect(covers(whole.events, damaged, layout), what).toBe(true);
  }
});

/** Whether events are all that a text says, commas between them apart; damage can also make other JSON that is good. */
function covers(events: readonly LogEvent[], text: Buffer, layout: string): boolean {
  const bare = (json: string): string => json.replaceAll(/[\s,]/g, '');
  const said = events.map(({ fields }) => JSON.stringify(fields)).join('');
  const around = layout.startsWith('[') ? '[]' : layout.startsWith('{"Records"') ? '{"Records":[]}' : '';
  const [before = '', after = ''] = around.split(/(?<=\[)/);
  if (bare(text.toString('utf8')) === bare(before + said + after)) return true;
  return text.length === 0 || isWhole(text.toString('utf8'), said);
}

/** Damage within a number or a name can leave JSON whose own text differs from what it was, not from what it says. */
function isWhole(text: string, said: string): boolean {
  const saidBy = (json: string): string => {
    try {
      return JSON.stringify(JSON.parse(json));
    } catch {
      return '';
    }
  };
  return saidBy(text) === said || text.split('\n').map(saidBy).join('') === said;
}
