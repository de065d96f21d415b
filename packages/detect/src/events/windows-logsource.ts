// SPDX-License-Identifier: Apache-2.0
import { EVENT_CATEGORIES, SERVICE_CHANNELS } from './channels.ts';
import type { Logsource } from './event.ts';
import { REGISTRY_OBJECT, SYSMON_CATEGORIES } from './sysmon.ts';

type Logsources = readonly Logsource[];

const WINDOWS: Logsources = [{ product: 'windows' }];
/** RPC Firewall writes a channel of its own; SigmaHQ's rules name it as a product. */
const RPC_FIREWALL: Logsources = [{ product: 'rpc_firewall', category: 'application' }, { product: 'windows' }];

const SYSMON = sysmonOf('windows');
/** Sysmon for Linux has the same ids: github.com/microsoft/SysmonForLinux. */
const LINUX_SYSMON = sysmonOf('linux');
const LINUX_CHANNEL = 'linux-sysmon/operational';

/** Windows compares names of channels without regard to case, and some exports fold them. */
const SERVICES = servicesByChannel();
/** Logsources of the events of one kind are one list, so that routing can be remembered by it. */
const KNOWN = new Map<string, Map<number, Logsources>>();

/** What a Windows event is by its channel, its id and, of registry events, its EventType. */
export function windowsLogsources(channel: string | undefined, id: number | undefined, eventType: unknown): Logsources {
  if (channel === undefined) return WINDOWS;
  const name = channel.toLowerCase();
  const sysmon = sysmonFor(name);
  if (sysmon) return sysmon.get(id === 12 && typeof eventType === 'string' ? eventType : id) ?? sysmon.other;
  if (name === 'rpcfw') return RPC_FIREWALL;
  const services = SERVICES.get(name);
  if (!services) return WINDOWS;
  let known = KNOWN.get(name);
  if (!known) KNOWN.set(name, (known = new Map()));
  // Ids are 16 bits wide; what is not may not fill the memory.
  const key = id !== undefined && id >= 0 && id < 65_536 ? id : -1;
  let logsources = known.get(key);
  if (!logsources) known.set(key, (logsources = logsourcesOf(services, key)));
  return logsources;
}

function sysmonFor(channel: string): SysmonLogsources | undefined {
  if (channel === 'microsoft-windows-sysmon/operational') return SYSMON;
  return channel === LINUX_CHANNEL ? LINUX_SYSMON : undefined;
}

function logsourcesOf(services: readonly string[], id: number): Logsources {
  return services.map((service) => {
    const category = EVENT_CATEGORIES[service]?.[id];
    return category === undefined ? { product: 'windows', service } : { product: 'windows', category, service };
  });
}

function servicesByChannel(): ReadonlyMap<string, readonly string[]> {
  const services = new Map<string, string[]>();
  for (const [service, channels] of Object.entries(SERVICE_CHANNELS)) {
    for (const channel of channels) {
      const name = channel.toLowerCase();
      services.set(name, [...(services.get(name) ?? []), service]);
    }
  }
  return services;
}

interface SysmonLogsources {
  get(kind: number | string | undefined): Logsources | undefined;
  /** Of an id that is not known. */
  readonly other: Logsources;
}

function sysmonOf(product: string): SysmonLogsources {
  const tell = (categories: readonly string[]): Logsources =>
    categories.map((category) => ({ product, category, service: 'sysmon' }));
  const kinds = new Map<number | string, Logsources>();
  for (const [id, categories] of Object.entries(SYSMON_CATEGORIES)) kinds.set(Number(id), tell(categories));
  for (const [type, categories] of Object.entries(REGISTRY_OBJECT)) kinds.set(type, tell(categories));
  const registry = kinds.get(12);
  return {
    get: (kind) =>
      kind === undefined ? undefined : (kinds.get(kind) ?? (typeof kind === 'string' ? registry : undefined)),
    other: [{ product, service: 'sysmon' }],
  };
}
