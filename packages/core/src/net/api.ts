// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { fail } from '../error.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import type { SendPatiently } from './patience.ts';

/** A web API that speaks JSON. Paths begin with `/` and are encoded; answers are held against a schema. */
export interface Api {
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** Undefined for what is not there. */
  find<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined>;
  /** All pages of a list, by their Link headers (RFC 8288). */
  list<T>(path: string, schema: z.ZodType<T>): Promise<T[]>;
  /** Changes something. `repeatable` where the second time changes nothing. */
  change<T>(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    repeatable?: boolean,
  ): Promise<T>;
}

export interface ApiSettings {
  readonly send: SendPatiently;
  /** Without a slash at its end. */
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A list of 10,000 would take a hundred questions; whoever holds more has another problem. */
const MOST_PAGES = 100;

export function openApi({ send, base, headers }: ApiSettings): Api {
  const ask = (
    method: HttpRequest['method'],
    url: string,
    repeatable: boolean,
    body?: unknown,
  ): Promise<HttpResponse> =>
    send({ method, url, headers, repeatable, ...(body !== undefined && { body: JSON.stringify(body) }) });
  return {
    async get(path, schema) {
      return read(await ask('GET', base + path, true), base, schema);
    },
    async find(path, schema) {
      const response = await ask('GET', base + path, true);
      return response.status === 404 ? undefined : read(response, base, schema);
    },
    async list<T>(path: string, schema: z.ZodType<T>) {
      const items: T[] = [];
      let next: string | undefined = base + path;
      for (let page = 0; next !== undefined; page++) {
        if (page === MOST_PAGES)
          fail('io', `${new URL(base).host} lists without end`, { hint: 'Check what answers there.' });
        const response: HttpResponse = await ask('GET', next, true);
        items.push(...read(response, base, z.array(schema)));
        next = nextPage(response.headers.get('link') ?? '');
      }
      return items;
    },
    async change(method, path, body, schema, repeatable = method !== 'POST') {
      return read(await ask(method, base + path, repeatable, body), base, schema);
    },
  };
}

/** The target of the link whose relation is `next`. */
function nextPage(links: string): string | undefined {
  const next = links.split(/,\s*(?=<)/).find((link) => /;\s*rel="?next\b/.test(link));
  return next && /^\s*<([^<>]*)>/.exec(next)?.[1];
}

const refusal = z.looseObject({ message: z.unknown().optional(), error: z.unknown().optional() });

function read<T>({ status, body }: HttpResponse, base: string, schema: z.ZodType<T>): T {
  const { host } = new URL(base);
  const value = parse(body);
  if (status < 200 || status > 299) {
    const { message, error } = refusal.safeParse(value).data ?? {};
    const said = message ?? error;
    const why = said === undefined ? '' : `: ${(typeof said === 'string' ? said : JSON.stringify(said)).slice(0, 300)}`;
    fail('io', `${host} answers ${status}${why}`, { hint: HINTS[status] ?? 'See what the service says about this.' });
  }
  const parsed = schema.safeParse(value);
  return parsed.success
    ? parsed.data
    : fail('io', `${host} answers something else than its API promises`, {
        hint: 'Check the address of the connector.',
      });
}

const HINTS: Readonly<Record<number, string>> = {
  401: 'Check the token: it is unknown or has run out.',
  403: 'Give the token the permission for this.',
  404: 'Check the name, and that the token may see it.',
  410: 'Turn on what this needs in the settings of the repository.',
};

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
