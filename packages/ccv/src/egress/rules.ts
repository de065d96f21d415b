// SPDX-License-Identifier: Apache-2.0
import type { Rule } from '@helios/core/finding';

const settings = (more: string): string => `schema: helios/egress-settings/v1
baseline: controls/egress/baseline.json
${more}sources:
  s3: {kind: cloudtrail}
`;
const owned = 'owners: [{workload: "**", owner: soc@example.com}]\n';

const baseline = (reviewed: string): string => `{
  "schema": "helios/egress-known/v1",${reviewed}
  "workloads": []
}
`;
/** sha256 of the JCS form of an empty list. */
const EMPTY = '4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945';

const triage = (at: string): string =>
  `{"schema":"helios/egress-triage/v1","alert":"0123456789abcdef","by":"ana","at":"${at}","verdict":"benign","note":"new mail service"}\n`;

export const EGRESS_RULES = [
  {
    id: 'ccv/late-egress-triage',
    major: 1,
    level: 'error',
    title: 'Nobody looked in time into where a workload sent to',
    why: 'Data that leaves is gone within minutes; the clock runs from the event, so a slow log counts as well. An alert that still waits counts with all the time that it has waited.',
    fix: 'Look into it and say so: sec-ccv egress triage <id>. Where the log is slow, mend that.',
    // The event was at 10:00.
    example: { bad: triage('2026-06-01T10:15:00.001Z'), good: triage('2026-06-01T10:15:00.000Z') },
  },
  {
    id: 'ccv/unowned-egress-alert',
    major: 1,
    level: 'error',
    title: 'Nobody is named who looks into an alert',
    why: 'What everybody could look into nobody does.',
    fix: 'Name an owner for the workload under `owners` of the settings.',
    example: { bad: settings(''), good: settings(owned) },
  },
  {
    id: 'ccv/unreviewed-egress-baseline',
    major: 1,
    level: 'error',
    title: 'The baseline of egress is not there, or nobody has read it as it is now',
    why: 'What was learned from logs may hold the very attack that it should show; until somebody has read it, nothing counts as known.',
    fix: 'Learn it (sec-ccv egress learn), read it, and say so: sec-ccv egress review.',
    example: {
      bad: baseline(''),
      good: baseline(`\n  "reviewed": {"by": "ana", "on": "2026-05-30", "sha256": "${EMPTY}"},`),
    },
  },
  {
    id: 'ccv/stale-egress-baseline',
    major: 1,
    level: 'error',
    title: 'The baseline of egress was last read too long ago',
    why: 'Services move, and domains change hands: what was fine then may be somebody else’s now.',
    fix: 'Learn it anew, read what changed, and say so: sec-ccv egress review.',
    example: {
      bad: baseline(`\n  "reviewed": {"by": "ana", "on": "2025-05-30", "sha256": "${EMPTY}"},`),
      good: baseline(`\n  "reviewed": {"by": "ana", "on": "2026-05-30", "sha256": "${EMPTY}"},`),
    },
  },
  {
    id: 'ccv/unlisted-storage-account',
    major: 1,
    level: 'error',
    title: 'A workload writes to storage of an account that is not listed',
    why: 'A bucket of one’s own is the quietest way out: the address is that of the cloud, and no firewall tells it apart.',
    fix: 'Stop it and find out who did it; or list the account, or the one bucket, under `storage` of the settings.',
    example: { bad: settings(owned), good: settings(`${owned}storage: {accounts: ["210987654321"]}\n`) },
  },
  {
    id: 'ccv/silent-egress-watch',
    major: 1,
    level: 'error',
    title: 'A source of egress was not watched lately',
    why: 'No alert from a watch that does not run says nothing.',
    fix: 'Run sec-ccv egress watch over the logs of each source, on a schedule.',
  },
  {
    id: 'ccv/blind-egress-source',
    major: 1,
    level: 'error',
    title: 'Too many records of egress do not say who sent, where to, or when',
    why: 'They are not watched, and whoever wants to stay unseen makes his records like them.',
    fix: 'Correct the fields of the source in the settings, or what writes the log.',
  },
] as const satisfies readonly Rule[];
