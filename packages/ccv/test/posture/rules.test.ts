// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { POSTURE_RULES } from '../../src/posture/rules.ts';
import { judge } from './stage.ts';

describe('the example of each rule', () => {
  it.each(POSTURE_RULES.flatMap((rule) => ('example' in rule ? [rule] : [])))(
    '$id is broken by its bad example and kept by its good one',
    async ({ id, example }) => {
      expect((await judge({ 'cluster.yaml': example.bad })).ids).toContain(id);
      expect((await judge({ 'cluster.yaml': example.good })).ids).not.toContain(id);
    },
  );
});

it('nothing to judge is no pass, and what is no manifest is not judged', async () => {
  expect((await judge({})).exit).toBe(3);
  expect((await judge({ 'other.yaml': 'kind: something\nname: else\n' })).verdict).toBe('nothing-checked');
});

it('a manifest that is no YAML fails', async () => {
  const { ids, exit } = await judge({ 'cluster.yaml': 'apiVersion: v1\n@kind: Pod\n' });
  expect([ids, exit]).toEqual([['core/unreadable-input'], 1]);
});
