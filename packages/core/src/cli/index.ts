// SPDX-License-Identifier: Apache-2.0
export type { Command } from 'commander';
export { addCheckFlags, type RawFlags } from './flags.ts';
export { addCatalogueCommands, gateProgram } from './gate-program.ts';
export { type Io, main, type Output, type Run } from './io.ts';
export { createRun } from './program.ts';
