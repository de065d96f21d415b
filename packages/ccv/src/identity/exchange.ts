// SPDX-License-Identifier: Apache-2.0
import { HeliosError } from '@helios/core/error';
import { type HttpRequest, type HttpResponse, type Send, Unanswered } from '@helios/core/net';

/** What came of asking; `body` is JSON, undefined where it is none. */
export interface Reply {
  /** Absent where there was no answer. */
  readonly status?: number;
  /** Why there was none. */
  readonly why?: string;
  readonly body?: unknown;
  /** The clock of the other side, in milliseconds since 1970. */
  readonly date?: number;
}

/**
 * Asks once. That nobody answers, or answers what is no HTTP, is an answer as well: it says nothing of a token. Throws
 * HeliosError `config` for what must not be asked.
 */
export async function ask(send: Send, request: HttpRequest): Promise<Reply> {
  try {
    return readReply(await send(request));
  } catch (thrown) {
    if (thrown instanceof Unanswered || (thrown instanceof HeliosError && thrown.code === 'io'))
      return { why: thrown.message };
    throw thrown;
  }
}

function readReply({ status, headers, body }: HttpResponse): Reply {
  const date = Date.parse(headers.get('date') ?? '');
  return { status, body: parse(body), ...(Number.isFinite(date) && { date }) };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** A form as the endpoints of OAuth take it. */
export function form(
  url: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): HttpRequest {
  const body = new URLSearchParams(fields).toString();
  return { method: 'POST', url, headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body };
}
