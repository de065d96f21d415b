// SPDX-License-Identifier: Apache-2.0
import { fail } from '../error.ts';
import { type HttpRequest, type HttpResponse, type Send, Unanswered } from './http.ts';

/** The clock and the dice, so that a test need not wait nor be lucky. */
export interface Patience {
  readonly wait: (ms: number) => Promise<void>;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly now: () => number;
  readonly attempts: number;
  /** No single wait is longer; who asks for more is told of instead. */
  readonly longestWaitMs: number;
}

export const PATIENCE: Patience = {
  wait: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  random: Math.random,
  now: Date.now,
  attempts: 5,
  longestWaitMs: 60_000,
};

const FIRST_WAIT_MS = 500;

/** A request that may be made twice: one that only reads, or whose second time changes nothing. */
interface PatientRequest extends HttpRequest {
  readonly repeatable: boolean;
}

export type SendPatiently = (request: PatientRequest) => Promise<HttpResponse>;

/**
 * Tries again what was refused for now (429 and 503, and what GitHub calls a secondary limit), and what may be repeated
 * also where it broke off or the server failed. Waits as long as the answer asks (Retry-After, RFC 9110 §10.2.3), else a
 * random share of a time that doubles. Throws HeliosError `io` when that was in vain.
 */
export function withPatience(send: Send, { wait, random, now, attempts, longestWaitMs }: Patience): SendPatiently {
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await attemptOf(send, request);
      if (outcome instanceof Unanswered) {
        if (!request.repeatable || attempt === attempts) giveUp(outcome.message, request);
      } else if (attempt === attempts || !isForNow(outcome, request.repeatable)) {
        return outcome;
      }
      const asked = outcome instanceof Unanswered ? undefined : askedWait(outcome, now());
      if (asked !== undefined && asked > longestWaitMs) {
        const seconds = Math.ceil(asked / 1000);
        fail('io', `${hostOf(request)} asks to come back in ${seconds} s`, { hint: 'Run this again then.' });
      }
      await wait(asked ?? Math.min(longestWaitMs, FIRST_WAIT_MS * 2 ** (attempt - 1)) * random());
    }
  };
}

async function attemptOf(send: Send, request: HttpRequest): Promise<HttpResponse | Unanswered> {
  try {
    return await send(request);
  } catch (thrown) {
    if (thrown instanceof Unanswered) return thrown;
    throw thrown;
  }
}

/** 429 and 503 say that nothing was done; of other failures nobody knows. */
function isForNow(response: HttpResponse, repeatable: boolean): boolean {
  if ([429, 503].includes(response.status)) return true;
  if (response.status === 403) return isLimited(response);
  return repeatable && [500, 502, 504].includes(response.status);
}

function isLimited({ headers }: HttpResponse): boolean {
  return headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0';
}

/** In milliseconds; undefined where the answer asks for nothing, or for nothing that can be read. */
function askedWait({ headers }: HttpResponse, now: number): number | undefined {
  const after = headers.get('retry-after');
  const reset = headers.get('x-ratelimit-remaining') === '0' ? headers.get('x-ratelimit-reset') : undefined;
  const wait =
    after === undefined
      ? Number(reset) * 1000 - now
      : /^\d+$/.test(after)
        ? Number(after) * 1000
        : Date.parse(after) - now;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function hostOf({ url }: HttpRequest): string {
  return new URL(url).host;
}

function giveUp(why: string, request: PatientRequest): never {
  const unknown =
    request.method === 'GET' ? '' : ' Whether it did what was asked is unknown: look before trying again.';
  return fail('io', why, { hint: `Check the address and the network.${unknown}` });
}
