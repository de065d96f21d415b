// SPDX-License-Identifier: Apache-2.0
import { EVENT_CATEGORIES, REGISTRY_OBJECT, SERVICE_CHANNELS, SYSMON_CATEGORIES } from '../events/index.ts';
import type { Source, Where } from './source.ts';

/** Services whose events need no other field names in a store than Windows gives them. */
const PLAIN_SERVICES = ['powershell', 'powershell-classic'];

/** Where Windows writes what Sigma's rules ask for: the channel, and the event's id for a category. */
export const WINDOWS_SOURCES: readonly Source[] = [
  ...categoriesOf('sysmon', SYSMON_CATEGORIES),
  ...PLAIN_SERVICES.flatMap((service) => categoriesOf(service, EVENT_CATEGORIES[service] ?? {})),
  ...Object.entries(SERVICE_CHANNELS).map(([service, channels]): Source => ({
    logsource: { product: 'windows', service },
    where: { Channel: channels },
  })),
];

function categoriesOf(service: string, categories: Readonly<Record<number, string | readonly string[]>>): Source[] {
  const ids = new Map<string, number[]>();
  for (const [id, names] of Object.entries(categories)) {
    for (const name of [names].flat()) ids.set(name, [...(ids.get(name) ?? []), Number(id)]);
  }
  return [...ids].map(([category, EventID]) => {
    const types = Object.keys(REGISTRY_OBJECT).filter((type) => REGISTRY_OBJECT[type]?.includes(category));
    // One id is for keys that come and keys that go; `registry_event` is both.
    const told = category !== 'registry_event' && types.length > 0;
    const where: Where = { Channel: SERVICE_CHANNELS[service] ?? [], EventID, ...(told && { EventType: types }) };
    return { logsource: { product: 'windows', category }, where };
  });
}
