// SPDX-License-Identifier: Apache-2.0
import type { Logsource } from '../events/event.ts';

const words = (text: string): string[] => text.split(/\s+/);

/** Of the envelope of every Windows event. */
const ENVELOPE = words('Channel Computer EventID Provider_Name Security_UserID RuleName UtcTime');
const PROCESS = words('ProcessGuid ProcessId Image User');
const FILE = [...PROCESS, ...words('TargetFilename CreationUtcTime Hashes IsExecutable Archived')];
const REGISTRY = [...PROCESS, ...words('EventType TargetObject Details NewName')];

/**
 * Fields of Windows events by category: those that Sysmon writes (Sysinternals, Sysmon schema 4.90), and those that
 * Sigma's taxonomy adds for other sensors.
 */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  process_creation: [
    ...PROCESS,
    ...words(`FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory LogonGuid LogonId
      TerminalSessionId IntegrityLevel Hashes ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser
      md5 sha1 sha256 Imphash GrandParentImage GrandparentImage GrandparentCommandLine GrandparentProcessId ProcessTree
      ParentSpoofed FileAge FileCreationDate Winversion`),
  ],
  file_change: [...FILE, 'PreviousCreationUtcTime'],
  network_connection: [
    ...PROCESS,
    ...words(`Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6
      DestinationIp DestinationHostname DestinationPort DestinationPortName CommandLine ParentImage`),
  ],
  process_termination: PROCESS,
  driver_load: words('ImageLoaded Hashes Signed Signature SignatureStatus md5 sha1 sha256 Imphash'),
  image_load: [
    ...PROCESS,
    ...words(`ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed Signature SignatureStatus
      md5 sha1 sha256 Imphash CommandLine`),
  ],
  create_remote_thread: words(
    `SourceProcessGuid SourceProcessId SourceImage SourceUser SourceCommandLine SourceParentImage TargetProcessGuid
      TargetProcessId TargetImage TargetUser TargetParentProcessId NewThreadId StartAddress StartModule StartFunction`,
  ),
  raw_access_thread: [...PROCESS, 'Device'],
  process_access: words(
    `SourceProcessGUID SourceProcessId SourceThreadId SourceImage SourceUser SourceCommandLine TargetProcessGUID
      TargetProcessId TargetImage TargetUser GrantedAccess CallTrace CallTraceExtended`,
  ),
  file_event: [...FILE, ...words('CommandLine ParentImage ParentCommandLine')],
  registry_event: REGISTRY,
  registry_add: REGISTRY,
  registry_delete: REGISTRY,
  registry_set: REGISTRY,
  registry_rename: REGISTRY,
  create_stream_hash: [...FILE, ...words('Hash Contents')],
  pipe_created: [...PROCESS, ...words('EventType PipeName')],
  wmi_event: words('EventType Operation User EventNamespace Name Query Type Destination Consumer Filter'),
  dns_query: [...PROCESS, ...words('QueryName QueryStatus QueryResults')],
  file_delete: FILE,
  process_tampering: [...PROCESS, 'Type'],
  file_block_executable: FILE,
  file_block_shredding: FILE,
  file_executable_detected: FILE,
  sysmon_status: words('State Version SchemaVersion Configuration ConfigurationFileHash'),
  sysmon_error: words('ID Description'),
};

const KNOWN = new Map(
  Object.entries(FIELDS).map(([category, fields]) => [category, new Set([...ENVELOPE, ...fields])]),
);

/** Names of the fields that events of a log source have; undefined where those of any kind may be. */
export function knownFieldsOf({ product, category, service }: Logsource): ReadonlySet<string> | undefined {
  return product === 'windows' && service === undefined && category !== undefined ? KNOWN.get(category) : undefined;
}
