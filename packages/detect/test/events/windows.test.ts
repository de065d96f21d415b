// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { lookup, SYSMON_CATEGORIES } from '../../src/events/index.ts';
import { read, readOne } from './stage.ts';

const at = (text: string): number => Date.parse(text);
const windows = (service: string, ...categories: string[]) =>
  categories.length === 0
    ? [{ product: 'windows', service }]
    : categories.map((category) => ({ product: 'windows', category, service }));

function evtx(system: object, data: object): object {
  return { Event: { '#attributes': { xmlns: 'x' }, System: system, ...data } };
}

const SYSTEM = {
  Provider: { '#attributes': { Name: 'Microsoft-Windows-Sysmon', Guid: 'G' } },
  EventID: 1,
  TimeCreated: { '#attributes': { SystemTime: '2026-04-08T10:58:04.850672Z' } },
  Correlation: null,
  Execution: { '#attributes': { ProcessID: 4584, ThreadID: 5116 } },
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  Computer: 'host',
  Security: { '#attributes': { UserID: 'S-1-5-18' } },
};

describe('An event as evtx_dump writes it', () => {
  it('has the fields of Sigma: attributes of System, data at the top, time of UtcTime', async () => {
    const event = await readOne(
      evtx(SYSTEM, { EventData: { Image: 'C:\\a.exe', 'Threat Name': 'x', UtcTime: '2026-04-08 10:58:04.846' } }),
    );
    expect(event.fields).toEqual({
      Provider_Name: 'Microsoft-Windows-Sysmon',
      Provider_Guid: 'G',
      EventID: 1,
      TimeCreated_SystemTime: '2026-04-08T10:58:04.850672Z',
      Correlation: null,
      Execution_ProcessID: 4584,
      Execution_ThreadID: 5116,
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      Computer: 'host',
      Security_UserID: 'S-1-5-18',
      Image: 'C:\\a.exe',
      ThreatName: 'x',
      UtcTime: '2026-04-08 10:58:04.846',
    });
    expect(event.time).toBe(at('2026-04-08T10:58:04.846Z'));
    expect(event.logsources).toEqual(windows('sysmon', 'process_creation'));
  });

  it('has the time of SystemTime without one, and an id that has attributes', async () => {
    const id = { '#attributes': { Qualifiers: 16384 }, '#text': 7045 };
    const event = await readOne(evtx({ ...SYSTEM, Channel: 'System', EventID: id }, { EventData: null }));
    expect(event.fields).toMatchObject({ EventID: 7045, EventID_Qualifiers: 16384 });
    expect(event.time).toBe(at('2026-04-08T10:58:04.850Z'));
    expect(event.logsources).toEqual(windows('system'));
  });

  it('may have its attributes apart', async () => {
    const event = await readOne(
      evtx(
        {
          Provider_attributes: { Name: 'P' },
          EventID: '4624',
          Channel: 'Security',
          TimeCreated_attributes: { SystemTime: '2020-01-01T00:00:00Z' },
        },
        {},
      ),
    );
    expect(event.fields).toMatchObject({ Provider_Name: 'P', EventID: 4624 });
    expect(event.time).toBe(at('2020-01-01T00:00:00Z'));
  });

  it('may have its data as elements with names', async () => {
    const data = [
      { '#attributes': { Name: 'Sub Status' }, '#text': '0x0' },
      { '@Name': 'User', '#text': 'x' },
      { '#attributes': { Name: 'Empty' } },
    ];
    const event = await readOne(evtx(SYSTEM, { EventData: { Data: data } }));
    expect(event.fields).toMatchObject({ SubStatus: '0x0', User: 'x', Empty: '' });
    expect(event.fields).not.toHaveProperty('Data');
  });

  it.each([
    ['one text', 'a', 'a'],
    ['several texts', ['a', 'b'], ['a', 'b']],
    ['texts in an element', { '#text': ['a', 'b'] }, ['a', 'b']],
    ['an element', { '#text': 'a' }, 'a'],
  ])('keeps data without a name as Data: %s', async (_what, data, expected) => {
    expect((await readOne(evtx(SYSTEM, { EventData: { Data: data } }))).fields['Data']).toEqual(expected);
  });

  it('has the entries of UserData, which win over System but decide no logsource', async () => {
    const data = { LogFileCleared: { '#attributes': { xmlns: 'x' }, Channel: 'Security', BackupPath: '' } };
    const event = await readOne(evtx({ ...SYSTEM, EventID: 104, Channel: 'System' }, { UserData: data }));
    expect(event.fields).toMatchObject({ EventID: 104, Channel: 'Security', BackupPath: '' });
    expect(event.logsources).toEqual(windows('system'));
  });

  it('keeps a field named __proto__ a field', async () => {
    const { events } = await read('{"Event":{"System":{"EventID":1},"EventData":{"__proto__":{"polluted":1}}}}');
    const fields = events[0]?.fields ?? {};
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(lookup(fields, '__proto__.polluted')).toBe(1);
    expect(lookup(fields, 'polluted')).toBeUndefined();
  });
});

describe('An event of Winlogbeat', () => {
  const common = { channel: 'Security', event_id: 4625, provider_name: 'P', computer_name: 'C', record_id: 7 };
  it('has the same fields', async () => {
    const event = await readOne({
      '@timestamp': '2020-01-01T00:00:00.000Z',
      message: 'm',
      host: { name: 'h' },
      winlog: {
        ...common,
        process: { pid: 1, thread: { id: 2 } },
        event_data: { 'Sub Status': 'x' },
        user_data: { xml_name: 'n', Channel: 'y' },
      },
    });
    expect(event.fields).toMatchObject({
      EventID: 4625,
      Channel: 'y',
      Provider_Name: 'P',
      Computer: 'C',
      EventRecordID: 7,
      Message: 'm',
      Execution_ProcessID: 1,
      Execution_ThreadID: 2,
      SubStatus: 'x',
      host: { name: 'h' },
    });
    expect(event.fields).not.toHaveProperty('winlog');
    expect(event.time).toBe(at('2020-01-01T00:00:00Z'));
    expect(event.logsources).toEqual(windows('security'));
  });

  it('before version 7 has them, too', async () => {
    const event = await readOne({ log_name: 'Security', event_id: 4625, source_name: 'P', event_data: { a: 'b' } });
    expect(event.fields).toMatchObject({ EventID: 4625, Channel: 'Security', Provider_Name: 'P', a: 'b' });
    expect(event.logsources).toEqual(windows('security'));
  });
});

describe('A flat event', () => {
  it('of NXLog has the names of System, and no time from a clock without a zone', async () => {
    const event = await readOne({
      EventTime: '2020-09-22 14:10:07',
      SourceName: 'Microsoft-Windows-Sysmon',
      Hostname: 'h',
      EventID: '3',
      Channel: 'microsoft-windows-sysmon/operational',
      ExecutionProcessID: 4,
      'Client SID:': 'x',
    });
    expect(event.fields).toMatchObject({
      EventID: 3,
      Provider_Name: 'Microsoft-Windows-Sysmon',
      Computer: 'h',
      Execution_ProcessID: 4,
      'ClientSID:': 'x',
    });
    expect(event.time).toBeUndefined();
    expect(event.logsources).toEqual(windows('sysmon', 'network_connection'));
  });

  it('of Get-WinEvent has them, too', async () => {
    const event = await readOne({
      Id: 4624,
      LogName: 'Security',
      ProviderName: 'P',
      MachineName: 'm',
      TimeCreated: '/Date(1600000000000)/',
    });
    expect(event.fields).toMatchObject({ EventID: 4624, Channel: 'Security', Provider_Name: 'P', Computer: 'm' });
    expect(event.time).toBe(1_600_000_000_000);
  });

  it('without a channel has that of its provider', async () => {
    expect((await readOne({ EventID: 1, SourceName: 'Microsoft-Windows-Sysmon' })).logsources).toEqual(
      windows('sysmon', 'process_creation'),
    );
    expect((await readOne({ EventID: 1, SourceName: 'Other' })).logsources).toEqual([{ product: 'windows' }]);
  });

  it('with an id and no origin is not taken for Windows', async () => {
    expect((await readOne({ EventID: 1, Image: 'a' })).logsources).toEqual([]);
  });
});

describe('The logsource of a Windows event', () => {
  const flat = async (Channel: string, EventID: number, more: object = {}) =>
    (await readOne({ Channel, EventID, ...more })).logsources;

  it('of each Sysmon id is its categories', async () => {
    for (const [id, categories] of Object.entries(SYSMON_CATEGORIES)) {
      expect(await flat('Microsoft-Windows-Sysmon/Operational', Number(id))).toEqual(windows('sysmon', ...categories));
    }
    expect(await flat('Microsoft-Windows-Sysmon/Operational', 200)).toEqual(windows('sysmon'));
  });

  it.each([
    ['CreateKey', 'registry_add'],
    ['DeleteKey', 'registry_delete'],
    ['DeleteValue', 'registry_delete'],
  ])('of a registry object is told by its EventType %s', async (EventType, category) => {
    expect(await flat('Microsoft-Windows-Sysmon/Operational', 12, { EventType })).toEqual(
      windows('sysmon', 'registry_event', category),
    );
  });

  it('of an unknown EventType may be either', async () => {
    expect(await flat('Microsoft-Windows-Sysmon/Operational', 12, { EventType: 'x' })).toEqual(
      windows('sysmon', 'registry_event', 'registry_add', 'registry_delete'),
    );
  });

  it.each([
    ['Microsoft-Windows-PowerShell/Operational', 4103, 'powershell', 'ps_module'],
    ['PowerShellCore/Operational', 4104, 'powershell', 'ps_script'],
    ['Windows PowerShell', 400, 'powershell-classic', 'ps_classic_start'],
    ['Windows PowerShell', 600, 'powershell-classic', 'ps_classic_provider_start'],
    ['Windows PowerShell', 800, 'powershell-classic', 'ps_classic_script'],
    ['Security', 4688, 'security', 'process_creation'],
    ['Microsoft-Windows-Windows Defender/Operational', 1116, 'windefend', 'antivirus'],
  ])('of %s %i is %s and %s', async (channel, id, service, category) => {
    expect(await flat(channel, id)).toEqual(windows(service, category));
  });

  it('of Sysmon for Linux, RPC Firewall and an unknown channel is what they are', async () => {
    expect(await flat('Linux-Sysmon/Operational', 1)).toEqual([
      { product: 'linux', category: 'process_creation', service: 'sysmon' },
    ]);
    expect(await flat('RPCFW', 3)).toEqual([
      { product: 'rpc_firewall', category: 'application' },
      { product: 'windows' },
    ]);
    expect(await flat('constructor', 3)).toEqual([{ product: 'windows' }]);
  });

  it('is one list for all events of a kind', async () => {
    expect(await flat('Security', 4624)).toBe(await flat('security', 4624));
  });
});

describe('Fields of another name are added', () => {
  it('to 4688, as Sysmon has them', async () => {
    const event = await readOne({
      Channel: 'Security',
      EventID: 4688,
      NewProcessName: 'C:\\a.exe',
      ParentProcessName: 'C:\\b.exe',
      NewProcessId: '0x1f70',
      ProcessId: '0x31c',
      CommandLine: 'a -x',
      SubjectUserName: 'HOST$',
      SubjectDomainName: 'WG',
      SubjectLogonId: '0x3e7',
      TargetUserName: 'ann',
      TargetDomainName: 'DOM',
      TargetLogonId: '0x3673c',
      MandatoryLabel: 'S-1-16-8192',
    });
    expect(event.fields).toMatchObject({
      Image: 'C:\\a.exe',
      ParentImage: 'C:\\b.exe',
      ProcessId: 0x1f70,
      ParentProcessId: 0x31c,
      CommandLine: 'a -x',
      User: 'DOM\\ann',
      LogonId: '0x3673c',
      IntegrityLevel: 'Medium',
      NewProcessName: 'C:\\a.exe',
    });
  });

  it('to 4688 of a process that runs as its creator', async () => {
    const event = await readOne({
      Channel: 'Security',
      EventID: 4688,
      TargetUserName: '-',
      SubjectUserName: 'x',
      SubjectDomainName: '-',
    });
    expect(event.fields['User']).toBe('x');
    expect(event.fields).not.toHaveProperty('Image');
  });

  it('to Defender, as Sigma’s antivirus rules have them', async () => {
    const event = await readOne({
      Channel: 'Microsoft-Windows-Windows Defender/Operational',
      EventID: 1116,
      'Threat Name': 't',
      Path: 'p',
    });
    expect(event.fields).toMatchObject({ Signature: 't', Filename: 'p', ThreatName: 't' });
  });

  it('to classic PowerShell without data: its message', async () => {
    expect((await readOne({ Channel: 'Windows PowerShell', EventID: 400, Message: 'HostName=x' })).fields['Data']).toBe(
      'HostName=x',
    );
    expect((await readOne({ Channel: 'Windows PowerShell', EventID: 400 })).fields).not.toHaveProperty('Data');
  });
});
