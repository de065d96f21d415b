// SPDX-License-Identifier: Apache-2.0
import { gateProgram } from '@helios/core/cli';
import { addEgressCommands } from './egress/commands.ts';

export const run = gateProgram({
  id: 'ccv',
  description: 'Judges whether controls were proven where they run.',
  gate: async () => (await import('./gate.ts')).gate,
  commands(program, io, done) {
    addEgressCommands(program, io, done);
  },
});
