// SPDX-License-Identifier: Apache-2.0
import { HeliosError, messageOf } from '@helios/core/error';
import { RE2JS } from 're2js';
import { millisecondsOf } from '../control/duration.ts';
import type { Expectation, Tolerance } from '../control/expectation.ts';
import { isList, isObject, type Json, valueAt } from '../control/json.ts';
import type { Probe } from '../control/observation.ts';
import { pause } from './deadline.ts';
import { observe } from './observe.ts';
import { NoData, type World } from './world.ts';

/** What a probe came to. */
export interface Judged {
  readonly name: string;
  readonly held: boolean;
  /** There was nothing to judge; never a pass, and worse than a value that deviates. */
  readonly noData: boolean;
  /** What was expected and is not so; '' where it held. */
  readonly problem: string;
}

/** Between two looks of a probe that may take its time. */
const PAUSE_MS = 250;

/** Looks until the probe holds or its time is over; once where it has none. Throws only when the signal is aborted. */
export async function judgeProbe(probe: Probe, world: World, signal: AbortSignal): Promise<Judged> {
  const deadline = performance.now() + (probe.within === undefined ? 0 : millisecondsOf(probe.within));
  for (;;) {
    const judged = await judgeOnce(probe, world, signal);
    if (judged.held || performance.now() + PAUSE_MS > deadline) return judged;
    await pause(PAUSE_MS, signal);
  }
}

async function judgeOnce(probe: Probe, world: World, signal: AbortSignal): Promise<Judged> {
  try {
    return judgeValue(probe.name, probe.expect, await observe(probe, world, signal));
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof NoData || thrown instanceof HeliosError)) throw thrown;
    return { name: probe.name, held: false, noData: true, problem: `no data: ${messageOf(thrown)}` };
  }
}

/** Holds a value against what is expected of it; the first that is not so is told. */
export function judgeValue(name: string, expectation: Expectation, value: Json): Judged {
  for (const [pointer, expected] of Object.entries(expectation)) {
    const tolerance = typeof expected === 'object' && expected !== null ? expected : { equals: expected };
    const found = valueAt(value, pointer);
    const place = pointer === '' ? 'the value' : pointer;
    if (tolerance.absent ? found === undefined : found !== undefined && meets(found, tolerance)) continue;
    const noData = found === undefined && !tolerance.absent;
    const is = found === undefined ? 'not there' : shown(found);
    return { name, held: false, noData, problem: `${place} is ${is}, expected ${shown(expected)}` };
  }
  return { name, held: true, noData: false, problem: '' };
}

/** All that a tolerance says must be so. A comparison with something of another type never is. */
function meets(value: Json, tolerance: Tolerance): boolean {
  const { equals, oneOf, atLeast, atMost, contains, matches } = tolerance;
  return (
    (equals === undefined || same(value, equals)) &&
    (oneOf === undefined || oneOf.some((each) => same(value, each))) &&
    (atLeast === undefined || (typeof value === 'number' && value >= atLeast)) &&
    (atMost === undefined || (typeof value === 'number' && value <= atMost)) &&
    (contains === undefined || holds(value, contains)) &&
    (matches === undefined || (typeof value === 'string' && RE2JS.compile(matches).matcher(value).find()))
  );
}

function holds(value: Json, part: Json): boolean {
  if (isList(value)) return value.some((item) => same(item, part));
  return typeof value === 'string' && typeof part === 'string' && value.includes(part);
}

/** Equal as JSON: the order of keys says nothing. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (!isObject(a)) return a === b;
  if (!isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

const SHOWN_LENGTH = 120;

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}
