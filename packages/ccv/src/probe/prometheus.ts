// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Json } from '../control/json.ts';
import type { PlainObservation } from '../control/observation.ts';
import { exchange, parsed } from './http.ts';
import { NoData, type World } from './world.ts';

const sample = z.tuple([z.number(), z.string()]);

/** What /api/v1/query answers to an instant query. */
const answerSchema = z.looseObject({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.looseObject({
      resultType: z.literal('vector'),
      result: z.array(z.looseObject({ metric: z.record(z.string(), z.string()), value: sample })),
    }),
    z.looseObject({ resultType: z.literal('scalar'), result: sample }),
  ]),
});

/**
 * `{samples, least, most, values: [{labels, value}]}` of an instant query. An empty vector and NaN are no data: Argo
 * Rollouts #1905 took them for good.
 */
export async function observePrometheus(
  { url, query, headers }: Extract<PlainObservation, { kind: 'prometheus' }>,
  world: World,
  signal: AbortSignal,
): Promise<Json> {
  const address = `${url.replace(/\/$/, '')}/api/v1/query?query=${encodeURIComponent(query)}`;
  const { status, body } = await exchange({ method: 'GET', url: address, headers, signal }, world);
  const answer = answerSchema.safeParse(parsed(body.toString('utf8')));
  if (status !== 200 || !answer.success) throw new NoData(`Prometheus answers ${status} without a vector or scalar`);
  const { data } = answer.data;
  const series = data.resultType === 'scalar' ? [{ metric: {}, value: data.result }] : data.result;
  const values = series.map(({ metric, value: [, text] }) => ({ labels: metric, value: numberOf(text) }));
  if (values.length === 0) throw new NoData('the query finds no series');
  const numbers = values.map(({ value }) => value);
  return { samples: values.length, least: Math.min(...numbers), most: Math.max(...numbers), values };
}

/** Infinities have no JSON; a probe that asks how much there is has no use for them either. */
function numberOf(text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw new NoData(`a sample is ${text}`);
}
