// SPDX-License-Identifier: Apache-2.0
import { gateProgram } from '@helios/core/cli';
import { addFigureCommands } from './dashboard/commands.ts';
import { addEgressCommands } from './egress/commands.ts';
import { addFailureCommands } from './failure/commands.ts';
import { addIdentityCommands } from './identity/commands.ts';
import { addNetpolCommands } from './netpol/commands.ts';
import { addRunCommands } from './run/commands.ts';

export const run = gateProgram({
  id: 'ccv',
  description: 'Judges whether controls were proven where they run, and what workloads may reach; runs controls there.',
  gate: async () => (await import('./gate.ts')).gate,
  others: [async () => (await import('./posture/gate.ts')).gate],
  commands(program, io, done) {
    addRunCommands(program, io, done);
    addFailureCommands(program, io, done);
    addFigureCommands(program, io, done);
    addNetpolCommands(program, io, done);
    addEgressCommands(program, io, done);
    addIdentityCommands(program, io, done);
  },
});
