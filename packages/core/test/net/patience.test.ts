// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { type HttpResponse, type Patience, withPatience } from '../../src/net/index.ts';
import { Unanswered } from '../../src/net/http.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');

interface Tried {
  readonly waits: number[];
  readonly outcome: Promise<HttpResponse>;
}

/** Answers one after the other, the last for ever; waits take no time and are written down. */
function attempt(
  answers: readonly (Partial<HttpResponse> | Error)[],
  repeatable: boolean,
  more: Partial<Patience> = {},
): Tried {
  const waits: number[] = [];
  let at = 0;
  const patience = {
    wait: async (ms: number) => void waits.push(Math.round(ms)),
    random: () => 0.5,
    now: () => NOW,
    attempts: 5,
    longestWaitMs: 60_000,
    ...more,
  };
  const send = withPatience(async () => {
    const answer = answers[Math.min(at++, answers.length - 1)];
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: new Map(), body: Buffer.alloc(0), ...answer };
  }, patience);
  const outcome = send({ method: repeatable ? 'GET' : 'POST', url: 'https://api.example.com/', repeatable });
  return { waits, outcome };
}

const limited = (status: number, headers: Record<string, string>): Partial<HttpResponse> => ({
  status,
  headers: new Map(Object.entries(headers)),
});

describe('patience', () => {
  it('doubles the time that it waits a random share of', async () => {
    const { waits, outcome } = attempt([{ status: 503 }], true);
    expect((await outcome).status).toBe(503);
    expect(waits).toEqual([250, 500, 1000, 2000]);
    const jittered = attempt([{ status: 429 }, {}], false, { random: () => 0.1 });
    expect((await jittered.outcome).status).toBe(200);
    expect(jittered.waits).toEqual([50]);
  });

  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': 'Mon, 01 Jun 2026 00:00:12 GMT' }, 12_000],
    [{ 'retry-after': 'Sun, 31 May 2026 00:00:00 GMT' }, 0],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 30) }, 30_000],
    [{ 'retry-after': 'soon' }, 250],
  ])('waits as long as %j asks', async (headers, wait) => {
    const { waits, outcome } = attempt([limited(429, headers), {}], false);
    expect((await outcome).status).toBe(200);
    expect(waits).toEqual([wait]);
  });

  it('says so where it is asked to wait for too long, and does not', async () => {
    const { waits, outcome } = attempt([limited(429, { 'retry-after': '3600' })], true);
    await expect(outcome).rejects.toThrow('api.example.com asks to come back in 3600 s');
    expect(waits).toEqual([]);
  });

  it('takes a 403 for a limit only where it says that it is one', async () => {
    const { waits, outcome } = attempt([limited(403, { 'retry-after': '1' }), {}], false);
    expect((await outcome).status).toBe(200);
    expect(waits).toEqual([1000]);
    const refused = attempt([{ status: 403 }], true);
    expect((await refused.outcome).status).toBe(403);
    expect(refused.waits).toEqual([]);
  });

  it.each([500, 502, 504])('tries %i again only where a second time changes nothing', async (status) => {
    const again = attempt([{ status }, {}], true);
    expect((await again.outcome).status).toBe(200);
    const once = attempt([{ status }, {}], false);
    expect((await once.outcome).status).toBe(status);
    expect(once.waits).toEqual([]);
  });

  it('tries a line that broke again only where a second time changes nothing, and says what is not known', async () => {
    const broken = new Unanswered('api.example.com did not answer');
    expect((await attempt([broken, broken, {}], true).outcome).status).toBe(200);
    await expect(attempt([broken], true).outcome).rejects.toMatchObject({ code: 'io', message: broken.message });
    await expect(attempt([broken, {}], false).outcome).rejects.toMatchObject({
      code: 'io',
      detail: { hint: expect.stringContaining('Whether it did what was asked is unknown') },
    });
  });

  it('leaves any other answer, and any other error, as it is', async () => {
    expect((await attempt([{ status: 422 }], true).outcome).status).toBe(422);
    await expect(attempt([new Error('a defect')], true).outcome).rejects.toThrow('a defect');
  });
});
