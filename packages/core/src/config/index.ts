// SPDX-License-Identifier: Apache-2.0
export { belowRoot, type GateSettings, gateSettings, loadProject, type Project, withinRoot } from './load.ts';
export { nearestOf, parseConfigFile } from './parse.ts';
export { type Config, fullConfigSchema } from './schema.ts';
