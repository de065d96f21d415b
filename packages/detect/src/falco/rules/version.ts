// SPDX-License-Identifier: Apache-2.0
import type { PluginRequirement } from './entry.ts';
import { within } from './issue.ts';
import { Item } from './item.ts';
import type { Reading } from './read.ts';

const VERSION = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+][\w.+-]*)?$/;

/** Negative where `left` is older. Both are x.y.z; what follows that is not compared. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => VERSION.exec(version)?.slice(1, 4).map(Number) ?? []);
  for (let i = 0; i < 3; i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A number n was the version before there was semver: it is 0.n.0 now. */
export function readEngineVersion(item: Item, { collection, engineVersion }: Reading): void {
  const written = item.text('required_engine_version');
  const version = /^\d{1,9}$/.test(written) ? `0.${written}.0` : written;
  const place = item.at('required_engine_version');
  if (!VERSION.test(version)) item.refuse(`'${written}' is no engine version; x.y.z was expected`, place);
  const sameMajor = version.split('.')[0] === engineVersion.split('.')[0];
  if (!sameMajor || compareVersions(engineVersion, version) < 0) {
    item.refuse(
      `the rules require engine version ${version}, and the engine has ${engineVersion}`,
      place,
      'LOAD_ERR_VALIDATE',
    );
  }
  const before = collection.engineVersion;
  if (before === undefined || compareVersions(before, version) < 0) collection.engineVersion = version;
}

export function readPlugins(item: Item, { collection }: Reading): void {
  item.sequence('required_plugin_versions').forEach((value, i) => {
    const plugin = new Item(value, within(item.place, 'required_plugin_versions', i), 'a plugin version');
    const alternatives = plugin.has('alternatives')
      ? plugin
          .sequence('alternatives')
          .map((other, k) => requirementOf(new Item(other, within(plugin.place, 'alternatives', k), 'an alternative')))
      : [];
    const all = [requirementOf(plugin), ...alternatives];
    const twice = all.find(({ name }, k) => all.some((other, before) => before < k && other.name === name));
    if (twice) plugin.refuse(`the plugin '${twice.name}' is required twice`, plugin.place, 'LOAD_ERR_VALIDATE');
    collection.plugins.push(all);
  });
}

function requirementOf(item: Item): PluginRequirement {
  const requirement = { name: item.text('name'), version: item.text('version') };
  if (!VERSION.test(requirement.version)) {
    const message = `'${requirement.version}' is no version of the plugin '${requirement.name}'; x.y.z was expected`;
    item.refuse(message, item.at('version'), 'LOAD_ERR_VALIDATE');
  }
  return requirement;
}
