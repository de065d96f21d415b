// SPDX-License-Identifier: Apache-2.0
import type { Json } from '../../src/control/json.ts';
import { observationSchema } from '../../src/control/observation.ts';
import { stepSchema } from '../../src/control/step.ts';
import { type Phase, perform } from '../../src/action/perform.ts';
import { observe } from '../../src/probe/observe.ts';
import type { World } from '../../src/probe/world.ts';

type Plain = Readonly<Record<string, unknown>>;

/** One look by an observation as a control file has it. */
export function look(observation: Plain, world: World, signal = new AbortController().signal): Promise<Json> {
  return observe(observationSchema.parse({ name: 'look', ...observation }), world, signal);
}

/** One step as a control file has it. */
export function act(step: Plain, world: World, phase: Phase = 'action'): Promise<void> {
  return perform(stepSchema.parse({ name: 'act', ...step }), phase, world, new AbortController().signal);
}
