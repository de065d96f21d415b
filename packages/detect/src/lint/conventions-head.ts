// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import type { Document } from './document.ts';

import { KEYS } from './keys.ts';
export interface Breach {
  readonly ruleId: string;
  readonly at: Pointer;
  readonly message: string;
}

/** What SigmaHQ asks of the head of a rule: its keys, its status, its dates and its tags. */
export function* headBreaches({ place, written }: Document, asOf: Date): Generator<Breach> {
  yield* keyBreaches(written);
  yield* statusBreaches(place.path, written, asOf);
  if (written['modified'] !== undefined && written['modified'] === written['date'])
    yield { ruleId: 'detect/idle-modified', at: ['modified'], message: 'was modified on the day that it was written' };
  const { tags } = written;
  if (Array.isArray(tags)) yield* tagBreaches(place.path, tags.map(String));
}

/** Keys of SigmaHQ's own repository. */
const HOUSE_KEYS = new Set(['regression_tests_path', 'simulation']);

function* keyBreaches(written: Document['written']): Generator<Breach> {
  for (const key of Object.keys(written)) {
    const ruleId = 'detect/unlisted-key';
    if (key === 'fields') yield { ruleId, at: [key], message: '`fields` is no longer used' };
    else if (!KEYS.includes(key) && !HOUSE_KEYS.has(key))
      yield { ruleId, at: [key], message: `the specification has no key "${key}"` };
  }
}

const DAY_MS = 86_400_000;
/** A rule that was not run against SigmaHQ's logs is experimental for so long. */
const TRIAL_DAYS = 60;

function* statusBreaches(path: string, written: Document['written'], asOf: Date): Generator<Breach> {
  const { status, date } = written;
  if ((status === 'deprecated' || status === 'unsupported') && !path.split('/').includes(status))
    yield {
      ruleId: 'detect/retired-rule',
      at: ['status'],
      message: `a rule that is ${status} stands among the others`,
    };
  if ((status !== 'stable' && status !== 'test') || typeof date !== 'string') return;
  const isTested = 'regression_tests_path' in written;
  if (isTested && status === 'test') return;
  const days = Math.floor((asOf.getTime() - Date.parse(date)) / DAY_MS);
  if (days <= (isTested ? 0 : TRIAL_DAYS))
    yield { ruleId: 'detect/untried-status', at: ['status'], message: `is ${status}, and was written on ${date}` };
}

const FOLDERS = ['dfir', 'emerging-threats', 'threat-hunting'];

function* tagBreaches(path: string, tags: readonly string[]): Generator<Breach> {
  const ruleId = 'detect/tag-choice';
  for (const namespace of ['detection', 'tlp']) {
    const [first, second] = tags.filter((tag) => tag.startsWith(`${namespace}.`));
    if (first !== undefined && second !== undefined && first !== second)
      yield { ruleId, at: ['tags', tags.indexOf(second)], message: `is ${first} as well as ${second}` };
  }
  for (const [index, tag] of tags.entries()) {
    if (tag.startsWith('tlp.') && tag !== 'tlp.clear')
      yield { ruleId, at: ['tags', index], message: `what is published is tlp.clear, and not ${tag}` };
  }
  for (const folder of FOLDERS) {
    if (path.split('/').includes(`rules-${folder}`) && !tags.includes(`detection.${folder}`))
      yield { ruleId, at: ['tags'], message: `rules in this folder are tagged detection.${folder}` };
  }
}
