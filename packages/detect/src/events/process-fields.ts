// SPDX-License-Identifier: Apache-2.0
import { put } from './fields.ts';

type Fields = Record<string, unknown>;

/**
 * What Security 4688 "A new process has been created" calls the fields of Sysmon's process creation
 * (learn.microsoft.com/windows/security/threat-protection/auditing/event-4688; thor.yml has the first two):
 * - Image: NewProcessName. ParentImage: ParentProcessName (since Windows 10). CommandLine: the same name in both,
 *   `ProcessCommandLine` in some exports; there only with its audit policy on.
 * - ProcessId: NewProcessId. ParentProcessId: what 4688 itself calls ProcessId. Both are hexadecimal in 4688, decimal
 *   in Sysmon. ProcessId is the one field whose meaning changes; no SigmaHQ rule for `security` reads it of 4688.
 * - User: whom the process runs as: Target… where that is given, else Subject…, as DOMAIN\name.
 * - LogonId: of the same account. IntegrityLevel: the name that Sysmon has for the SID in MandatoryLabel.
 * Sysmon's Hashes, OriginalFileName, Company, Description, Product and CurrentDirectory have no counterpart.
 */
export function addProcessFields(fields: Fields): void {
  give(fields, 'Image', fields['NewProcessName']);
  give(fields, 'ParentImage', fields['ParentProcessName'] ?? fields['CreatorProcessName']);
  give(fields, 'CommandLine', fields['ProcessCommandLine']);
  if (fields['NewProcessId'] !== undefined) {
    give(fields, 'ParentProcessId', decimal(fields['ProcessId']));
    fields['ProcessId'] = decimal(fields['NewProcessId']);
  }
  const who = isGiven(fields['TargetUserName']) ? 'Target' : 'Subject';
  const name = fields[`${who}UserName`];
  const domain = fields[`${who}DomainName`];
  if (typeof name === 'string') give(fields, 'User', isGiven(domain) ? `${String(domain)}\\${name}` : name);
  give(fields, 'LogonId', fields[`${who}LogonId`]);
  give(fields, 'IntegrityLevel', INTEGRITY[String(fields['MandatoryLabel'])]);
}

/** Well-known SIDs: learn.microsoft.com/windows/win32/secauthz/well-known-sids */
const INTEGRITY: Readonly<Record<string, string>> = {
  'S-1-16-0': 'Untrusted',
  'S-1-16-4096': 'Low',
  'S-1-16-8192': 'Medium',
  'S-1-16-12288': 'High',
  'S-1-16-16384': 'System',
};

/** Windows Defender's names for the fields of Sigma's antivirus category (thor.yml). */
export function addAntivirusFields(fields: Fields): void {
  give(fields, 'Signature', fields['ThreatName']);
  give(fields, 'Filename', fields['Path']);
}

/** Adds what is there under another name; a field that the event has is left as it is. */
function give(fields: Fields, name: string, value: unknown): void {
  if (value !== undefined && !Object.hasOwn(fields, name)) put(fields, name, value);
}

/** Windows writes `-` for nothing. */
function isGiven(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value !== '-';
}

function decimal(value: unknown): unknown {
  return typeof value === 'string' && /^0x[0-9a-f]{1,12}$/i.test(value) ? Number.parseInt(value, 16) : value;
}
