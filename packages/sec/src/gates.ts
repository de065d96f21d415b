// SPDX-License-Identifier: Apache-2.0
import type { AnyGate } from '@helios/core/gate';

/** Every gate there is, in the order of reports. Loaded when one is needed. */
const GATES: Readonly<Record<string, () => Promise<AnyGate>>> = {
  'attack-mapper': async () => (await import('@helios/attack-mapper/gate')).gate,
  ccv: async () => (await import('@helios/ccv/gate')).gate,
  detect: async () => (await import('@helios/detect/gate')).gate,
  exception: async () => (await import('@helios/exception/gate')).gate,
  policy: async () => (await import('./policy/gate.ts')).gate,
  posture: async () => (await import('@helios/ccv/posture')).gate,
};

export const GATE_IDS: readonly string[] = Object.keys(GATES);

export async function loadGate(id: string): Promise<AnyGate> {
  const load = GATES[id];
  if (!load) throw new Error(`no gate ${id}`);
  return load();
}

export async function loadGates(ids: readonly string[] = GATE_IDS): Promise<AnyGate[]> {
  return Promise.all(ids.map(loadGate));
}
