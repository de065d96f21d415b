// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { EVENT_CATEGORIES, SERVICE_CHANNELS } from '../events/channels.ts';
import type { Logsource } from '../events/event.ts';
import { SYSMON_CATEGORIES } from '../events/sysmon.ts';
import type { Ruleset } from '../ruleset.ts';
import { draftAt } from './draft.ts';
import { slipOf } from './slip.ts';

const words = (text: string): string[] => text.split(/\s+/);

/** What rules name (Sigma taxonomy 2.1.0 and SigmaHQ's rules). Own names are fine; only what nearly is one is told. */
const KNOWN = {
  product: words(
    'windows linux macos aws azure gcp m365 okta github fortigate bitbucket onelogin kubernetes falco zeek cisco fortios paloalto juniper huawei opencanary rpc_firewall django ruby_on_rails jvm nodejs python spring sql velocity ai_gateway',
  ),
  category: [
    ...new Set(Object.values(SYSMON_CATEGORIES).flat()),
    ...Object.values(EVENT_CATEGORIES).flatMap((categories) => Object.values(categories)),
    ...words(
      'application antivirus database dns edr email file_access file_rename firewall proxy webserver network_connection',
    ),
  ],
  service: [
    ...Object.keys(SERVICE_CHANNELS),
    ...words(
      'cloudtrail audit gcp.audit google_workspace.admin google_workspace.login onelogin.events event apache nginx auditd auth syslog sshd sudo cron clamav guacamole modsecurity vsftpd activitylogs auditlogs signinlogs riskdetection pim threat_management threat_detection exchange okta conn dns http rdp smb_files dce_rpc kerberos x509 duo aaa bgp ldp syscall',
    ),
  ],
} as const;

/** The first part of a log source that no rule of SigmaHQ names. */
export function unknownPartOf(logsource: Logsource): 'product' | 'category' | 'service' | undefined {
  return PARTS.find((part) => {
    const value = logsource[part];
    return value !== undefined && !KNOWN[part].includes(value);
  });
}

const PARTS = ['product', 'category', 'service'] as const;

/** Log sources that nothing is from. */
export function* judgeLogsources({ rules }: Ruleset): Generator<FindingDraft> {
  for (const { rule, place } of rules) {
    for (const part of PARTS) {
      const value = rule.logsource[part];
      if (value === undefined || KNOWN[part].includes(value)) continue;
      const meant = slipOf(value, KNOWN[part]);
      if (meant !== undefined)
        yield draftAt(
          'detect/misspelt-logsource',
          place,
          ['logsource', part],
          rule.title,
          `no log is of the ${part} "${value}"`,
          {
            matched: value,
            remedy: `Did you mean "${meant}"?`,
          },
        );
    }
  }
}
