// SPDX-License-Identifier: Apache-2.0
export { applies } from './applies.ts';
export { EVENT_CATEGORIES, SERVICE_CHANNELS, UNMAPPED_CATEGORIES } from './channels.ts';
export type { BadRecord, ReadOptions } from './collect.ts';
export type { LogEvent, Logsource } from './event.ts';
export { lookup } from './lookup.ts';
export { readEventBatches, readEvents, readParts } from './read.ts';
export { readRegion } from './regions.ts';
export { eventFile, type EventSource } from './source.ts';
export { REGISTRY_OBJECT, SYSMON_CATEGORIES } from './sysmon.ts';
export { parseTime } from './time.ts';
