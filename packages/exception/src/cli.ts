// SPDX-License-Identifier: Apache-2.0
import { gateProgram } from '@helios/core/cli';

export const run = gateProgram({
  id: 'exception',
  description: 'Judges whether exceptions are agreed, in date and in use.',
  gate: async () => (await import('./gate.ts')).gate,
});
