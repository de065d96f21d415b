// SPDX-License-Identifier: Apache-2.0
import { redact } from '@helios/core/finding';
import type { Issue } from '@helios/core/record';
import type { Measured } from '../coverage/judge-coverage.ts';
import type { Catalogs } from '../mapping/catalogs.ts';

export const KEY_PREFIX = 'attack-mapper/gap/';

/** One issue for each relevant technique that nothing sees. */
export function gapIssues(measured: readonly Measured[], catalogs: Catalogs): Issue[] {
  return measured.flatMap(({ options, path, targets }) =>
    targets
      .filter((target) => !target.claimed)
      .map(({ name }): Issue => {
        const id = name.split(' ').at(-1) ?? name;
        const technique = catalogs.attack.techniques.get(id) ?? catalogs.atlas.techniques.get(id);
        return {
          schema: 'helios/issue/v1',
          key: `${KEY_PREFIX}${options.name}/${name.replaceAll(' ', '/')}`,
          state: 'open',
          title: `No detection for ${name}${technique ? ` (${technique.name})` : ''}`,
          body: `${redact(path)} calls it relevant, and no detection names it.\nTactics: ${technique?.tactics.join(', ') ?? 'unknown'}.\nWrite a detection and tag it, or exclude the technique with a reason.`,
          labels: ['detection-gap', options.name],
        };
      }),
  );
}
