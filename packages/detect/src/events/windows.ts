// SPDX-License-Identifier: Apache-2.0
import { PROVIDER_CHANNELS } from './channels.ts';
import type { Logsource } from './event.ts';
import { isJson, type Json, put, textOf, wholeOf, withoutSpaces } from './fields.ts';
import { addAntivirusFields, addProcessFields } from './process-fields.ts';
import { timeIn } from './time.ts';
import { windowsLogsources } from './windows-logsource.ts';

/** What a shape makes of a record. */
export interface Reading {
  readonly fields: Json;
  readonly logsources: readonly Logsource[];
  readonly time: number | undefined;
}

/** What tells the kind of an event; its data may have fields of the same names (104 has the channel that was cleared). */
interface Header {
  readonly channel: string | undefined;
  readonly id: number | undefined;
}

/** In this order: UtcTime is UTC by Sysmon's own word, EventTime of NXLog is local time of a zone unsaid. */
const TIMES = ['UtcTime', 'TimeCreated_SystemTime', 'SystemTime', '@timestamp', 'TimeCreated', 'TimeGenerated'];

/** Of evtx_dump: `{Event: {System: {…}, EventData | UserData: {…}}}`, attributes under `#attributes`. */
export function readEvtxEvent(value: Json): Reading | undefined {
  const event = value['Event'];
  if (!isJson(event) || !isJson(event['System'])) return undefined;
  const fields: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(event['System'])) addSystem(fields, name, entry);
  const header = headerOf(fields);
  addData(fields, event['EventData']);
  addUserData(fields, event['UserData']);
  const message = isJson(event['RenderingInfo']) ? event['RenderingInfo']['Message'] : undefined;
  if (typeof message === 'string') fields['Message'] ??= message;
  return finish(fields, header);
}

/** `Provider: {#attributes: {Name}}` is Provider_Name; evtx_dump can write it as `Provider_attributes: {Name}`, too. */
function addSystem(fields: Record<string, unknown>, name: string, entry: unknown): void {
  if (!isJson(entry)) return put(fields, name, entry);
  const apart = name.endsWith('_attributes');
  const attributes = apart ? entry : entry['#attributes'];
  const owner = apart ? name.slice(0, -'_attributes'.length) : name;
  if (isJson(attributes)) {
    for (const [key, value] of Object.entries(attributes)) put(fields, `${owner}_${key}`, value);
  }
  if (!apart && Object.hasOwn(entry, '#text')) put(fields, name, entry['#text']);
}

function addData(fields: Record<string, unknown>, data: unknown): void {
  if (!isJson(data)) return;
  for (const [name, entry] of Object.entries(data)) {
    if (name === '#attributes') continue;
    if (name === 'Data') addUnnamed(fields, entry);
    else put(fields, withoutSpaces(name), plain(entry));
  }
}

/** `Data` holds a text, several, or elements that have their names as attributes. */
function addUnnamed(fields: Record<string, unknown>, entry: unknown): void {
  const rest: unknown[] = [];
  for (const item of Array.isArray(entry) ? (entry as unknown[]) : [entry]) {
    const name = isJson(item) ? nameOf(item) : undefined;
    if (name === undefined) {
      const value = plain(item);
      if (Array.isArray(value)) for (const each of value) rest.push(each);
      else rest.push(value);
    } else put(fields, withoutSpaces(name), isJson(item) ? (item['#text'] ?? item['Value'] ?? '') : item);
  }
  if (rest.length > 0) fields['Data'] = rest.length === 1 ? rest[0] : rest;
}

function nameOf(element: Json): string | undefined {
  const attributes = element['#attributes'];
  return textOf(isJson(attributes) ? attributes['Name'] : (element['@Name'] ?? element['Name']));
}

/** The text of an element that also has attributes. */
function plain(value: unknown): unknown {
  return isJson(value) && Object.hasOwn(value, '#text') ? value['#text'] : value;
}

/** UserData has one element, which has the entries: `{LogFileCleared: {#attributes, SubjectUserName}}`. */
function addUserData(fields: Record<string, unknown>, data: unknown): void {
  if (!isJson(data)) return;
  for (const [name, entry] of Object.entries(data)) {
    if (name === '#attributes') continue;
    if (isJson(entry)) addData(fields, entry);
    else put(fields, withoutSpaces(name), entry);
  }
}

/** Of Winlogbeat since 7: `{winlog: {channel, event_id, event_data}}`; before, the same at the top, `log_name`. */
export function readBeatsEvent(value: Json): Reading | undefined {
  const nested = isJson(value['winlog']);
  const log = nested ? (value['winlog'] as Json) : value;
  const id = wholeOf(log['event_id']);
  if (id === undefined || !(nested || isJson(log['event_data']) || isJson(log['user_data']))) return undefined;
  const fields: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value)) if (!BEATS_WRAPS.has(name)) put(fields, name, entry);
  const told = { EventID: id } as Record<string, unknown>;
  for (const [from, to] of BEATS_SYSTEM) if (log[from] !== undefined) told[to] = log[from];
  const process = log['process'];
  if (isJson(process)) {
    if (process['pid'] !== undefined) told['Execution_ProcessID'] = process['pid'];
    if (isJson(process['thread'])) told['Execution_ThreadID'] = process['thread']['id'];
  }
  Object.assign(fields, told);
  if (typeof value['message'] === 'string') fields['Message'] = value['message'];
  const header = headerOf(fields);
  const data = log['event_data'];
  if (isJson(data)) for (const [name, entry] of Object.entries(data)) put(fields, withoutSpaces(name), entry);
  addUserData(fields, log['user_data']);
  return finish(fields, header);
}

const BEATS_WRAPS = new Set(['winlog', 'event_data', 'user_data']);
const BEATS_SYSTEM: readonly (readonly [from: string, to: string])[] = [
  ['channel', 'Channel'],
  ['log_name', 'Channel'],
  ['provider_name', 'Provider_Name'],
  ['source_name', 'Provider_Name'],
  ['provider_guid', 'Provider_Guid'],
  ['computer_name', 'Computer'],
  ['record_id', 'EventRecordID'],
  ['record_number', 'EventRecordID'],
  ['opcode', 'Opcode'],
  ['task', 'Task'],
];

/** All at the top, as NXLog, Windows event forwarding and PowerShell's Get-WinEvent export it. */
export function readFlatEvent(value: Json): Reading | undefined {
  const id = wholeOf(value['EventID'] ?? value['EventId'] ?? value['Id']);
  if (id === undefined) return undefined;
  if (!FLAT_ORIGIN.some((name) => typeof value[name] === 'string')) return undefined;
  const fields = value as Record<string, unknown>;
  for (const [from, to] of FLAT_SYSTEM) {
    const known = fields[from];
    if (known !== undefined && fields[to] === undefined) fields[to] = known;
  }
  for (const name in fields) {
    if (!name.includes(' ')) continue;
    put(fields, withoutSpaces(name), fields[name]);
    delete fields[name];
  }
  fields['EventID'] = id;
  return finish(fields, headerOf(fields));
}

const FLAT_ORIGIN = ['Channel', 'Provider_Name', 'SourceName', 'ProviderName', 'LogName'];
const FLAT_SYSTEM: readonly (readonly [from: string, to: string])[] = [
  ['LogName', 'Channel'],
  ['SourceName', 'Provider_Name'],
  ['ProviderName', 'Provider_Name'],
  ['ProviderGuid', 'Provider_Guid'],
  ['Hostname', 'Computer'],
  ['MachineName', 'Computer'],
  ['RecordNumber', 'EventRecordID'],
  ['ExecutionProcessID', 'Execution_ProcessID'],
  ['ExecutionThreadID', 'Execution_ThreadID'],
];

function headerOf(fields: Json): Header {
  const provider = textOf(fields['Provider_Name']);
  const given = textOf(fields['Channel']);
  const implied =
    provider !== undefined && Object.hasOwn(PROVIDER_CHANNELS, provider) ? PROVIDER_CHANNELS[provider] : undefined;
  return { channel: given ?? implied, id: wholeOf(fields['EventID']) };
}

function finish(fields: Record<string, unknown>, { channel, id }: Header): Reading {
  if (id !== undefined) fields['EventID'] = id;
  const logsources = windowsLogsources(channel, id, fields['EventType']);
  const category = logsources[0]?.category;
  const service = logsources[0]?.service;
  if (service === 'security' && category === 'process_creation') addProcessFields(fields);
  else if (category === 'antivirus') addAntivirusFields(fields);
  // Exports without EventData have the same text as message; rules know it as Data.
  else if (service === 'powershell-classic' && fields['Message'] !== undefined) fields['Data'] ??= fields['Message'];
  else if (logsources[0]?.product === 'rpc_firewall') fields['EventLog'] ??= channel;
  return { fields, logsources, time: timeIn(fields, TIMES) };
}
