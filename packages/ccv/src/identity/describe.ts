// SPDX-License-Identifier: Apache-2.0
import { visible } from '@helios/core/report';
import type { DrillSettings } from './settings.ts';
import type { DrillVerdict } from './timeline.ts';

/** What would be done, on one line. */
export function describePlan({ name, principal, logout, probes, oauth, within }: DrillSettings): string {
  const introspection = oauth.introspection === undefined ? [] : ['introspection'];
  const places = [...probes.map((each) => each.name), ...introspection, 'refresh'].join(', ');
  const what = `ends all sessions of ${principal.id} by ${logout.kind}`;
  return `${visible(`${name}: ${what}, then looks at ${places} for at most ${within} s until the tokens are dead`)}\n`;
}

/** The outcome, then one line for each place and for each problem. */
export function describeVerdict({ outcome, acknowledgedAfter, cells, problems }: DrillVerdict): string {
  const lines = [outcome as string];
  if (acknowledgedAfter !== null) lines.push(`  logout acknowledged after ${acknowledgedAfter / 1000} s`);
  for (const { target, token, deadAfter, by } of cells) {
    if (deadAfter === null) continue;
    const how = by === 'expiry' ? ', as it ran out' : '';
    lines.push(`  ${target}: ${token} token dead after at most ${deadAfter / 1000} s${how}`);
  }
  for (const problem of problems) lines.push(`  ! ${problem}`);
  return lines.map((line) => `${visible(line)}\n`).join('');
}
