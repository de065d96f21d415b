// SPDX-License-Identifier: Apache-2.0
import { type Share, successBound, trialsNeeded } from '../statistics/proportion.ts';

/** What a share of false alarms says about their rate, each bound with 95 % confidence. */
interface AlarmRate {
  /** In between lies the rate, from 0 to 1. */
  readonly least: number;
  readonly most: number;
  /** How many runs prove that it is no higher than allowed, with as many false alarms. */
  readonly needed: number;
}

/** `atMost`: allowed, in percent, above 0. */
export function alarmRate({ hits, of }: Share, atMost: number): AlarmRate {
  return {
    least: successBound(hits, of),
    most: 1 - successBound(of - hits, of),
    needed: trialsNeeded(hits, 1 - atMost / 100),
  };
}
