// SPDX-License-Identifier: Apache-2.0
import { type BadRecord, type LogEvent, type ReadOptions, readRegion } from '../events/index.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import type { Hit } from './hunt.ts';
import type { Found } from './judge.ts';

/** Whole lines of a log, for a thread to judge. */
export interface Region {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** What was judged of a log. */
export interface Judged {
  readonly events: number;
  /** Events of which nothing tells what log they are from. */
  readonly unrouted: number;
  readonly found: readonly Found[];
}

/** The same of a region, as it can be handed over: records count from 1 in the region, rules are numbers. */
export interface JudgedRegion extends Omit<Judged, 'found'> {
  readonly lines: number;
  readonly bad: readonly BadRecord[];
  readonly found: readonly {
    readonly event: LogEvent;
    readonly rules: readonly number[];
    readonly falco: readonly Hit[];
  }[];
}

export type Judge = (event: LogEvent) => Found | undefined;

export function judgeEvents(events: readonly LogEvent[], judge: Judge): Judged {
  const found = events.flatMap((event) => judge(event) ?? []);
  return { events: events.length, unrouted: events.filter(({ logsources }) => logsources.length === 0).length, found };
}

/** `rules` give the numbers; fields are left out unless a correlation asks for them: they cost more than judging does. */
export function judgeRegion(
  { file, bytes }: Region,
  judge: Judge,
  rules: ReadonlyMap<SigmaRule, number>,
  options: ReadOptions & { readonly withFields: boolean },
): JudgedRegion {
  const bad: BadRecord[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { events, lines } = readRegion(file, buffer, { ...options, onBad: (record) => void bad.push(record) });
  const judged = judgeEvents(events, judge);
  const found = judged.found.map(({ event, rules: matching, falco }) => ({
    event: options.withFields ? event : { ...event, fields: {} },
    rules: matching.map((rule) => rules.get(rule) ?? -1),
    falco,
  }));
  return { ...judged, lines, bad, found };
}

/** The region as a part of its log, of which so many lines came before. */
export function inLog(
  { bad, found, events, unrouted }: JudgedRegion,
  before: number,
  rules: readonly SigmaRule[],
): Judged & { readonly bad: readonly BadRecord[] } {
  const moved = <T extends { readonly record: number }>(at: T): T => ({ ...at, record: at.record + before });
  return {
    events,
    unrouted,
    bad: bad.map(moved),
    found: found.map(({ event, rules: numbers, falco }) => ({
      event: { ...event, at: moved(event.at) },
      rules: numbers.flatMap((number) => rules[number] ?? []),
      falco: falco.map(moved),
    })),
  };
}
