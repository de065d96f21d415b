// SPDX-License-Identifier: Apache-2.0
type Document = Readonly<Record<string, unknown>>;

const DETECTION = { selection: { CommandLine: 'x' }, condition: 'selection' };
const WINDOWS = { category: 'process_creation', product: 'windows' };

let count = 0;
/** A rule that is right in everything, but for what is given. An undefined key is left out. */
function rule(more: Document = {}): Document {
  count++;
  const all: Document = {
    title: `Probe Number ${count}`,
    id: `5a0c8a1e-0000-4000-8000-${String(count).padStart(12, '0')}`,
    status: 'test',
    description: 'Holds what one validator looks for.',
    references: ['https://example.com/a'],
    author: 'Helios',
    date: '2024-01-02',
    tags: ['attack.execution', 'attack.t1059'],
    logsource: WINDOWS,
    detection: DETECTION,
    falsepositives: ['Unknown'],
    level: 'low',
    ...more,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const detection = (selections: Document, condition = 'selection', more: Document = {}): Document =>
  rule({ detection: { ...selections, condition }, ...more });
const selection = (item: Document, more: Document = {}): Document => detection({ selection: item }, 'selection', more);
const tagged = (...tags: readonly string[]): Document => rule({ tags: ['attack.execution', 'attack.t1059', ...tags] });

/** Rules beneath a correlation are in a file of its own. */
function correlation(body: Document): Document {
  const { logsource: _, detection: __, ...head } = rule();
  return { ...head, correlation: { rules: [FIRST['id']], timespan: '5m', ...body } };
}

const COUNT = { type: 'event_count', 'group-by': ['User'], condition: { gte: 5 } };
const FIRST = detection({ a: { User: 'x' }, b: { Image: 'y' } }, 'all of them');

/** By validator, documents by the path of their file: in one of them it must find something, and so must we. */
export const PROBES: Readonly<Record<string, Readonly<Record<string, Document>>>> = {
  all_of_them_condition: { 'proc_creation_win_1.yml': FIRST },
  attacktag: { 'proc_creation_win_2.yml': tagged('attack.t9999') },
  cartag: { 'proc_creation_win_3.yml': tagged('car.2016-4-5') },
  control_character: { 'proc_creation_win_4.yml': selection({ CommandLine: 'a\u0008b' }) },
  custom_attributes: { 'proc_creation_win_5.yml': rule({ realted: [] }) },
  cvetag: { 'proc_creation_win_6.yml': tagged('cve.cve-2021-44228') },
  d3_fendtag: { 'proc_creation_win_7.yml': tagged('d3fend.d3-xyzzy') },
  dangling_condition: {
    'proc_creation_win_8.yml': detection({ selection: { User: 'x' } }, 'selection and not 1 of filter_*'),
  },
  dangling_detection: { 'proc_creation_win_9.yml': detection({ selection: { User: 'x' }, filter: { User: 'y' } }) },
  detection_tag: { 'proc_creation_win_10.yml': tagged('detection.hunting') },
  double_wildcard: { 'proc_creation_win_11.yml': selection({ CommandLine: 'a**b' }) },
  duplicate_filename: { 'with_others/proc_creation_win_1.yml': rule() },
  duplicate_references: {
    'proc_creation_win_13.yml': rule({ references: ['https://example.com/a', 'https://example.com/a'] }),
  },
  duplicate_tag: { 'proc_creation_win_14.yml': tagged('attack.t1059') },
  duplicate_title: { 'proc_creation_win_16.yml': rule({ title: FIRST['title'] }) },
  escaped_wildcard: { 'proc_creation_win_17.yml': selection({ CommandLine: 'a\\*b' }) },
  fieldname_logsource: { 'proc_creation_win_18.yml': rule({ logsource: { ...WINDOWS, channel: 'x' } }) },
  filename_length: { 'p_w_1.yml': rule() },
  identifier_existence: { 'proc_creation_win_19.yml': rule({ id: undefined }) },
  identifier_uniqueness: { 'proc_creation_win_20.yml': rule({ id: FIRST['id'] }) },
  invalid_modifier_combinations: {
    'proc_creation_win_21.yml': selection({ 'CommandLine|base64offset': 'abc' }),
    'proc_creation_win_22.yml': selection({ 'CommandLine|all': ['a*', '*b'] }),
    'proc_creation_win_23.yml': selection({ 'CommandLine|contains|contains': 'a' }),
    'proc_creation_win_24.yml': selection({ 'CommandLine|windash|contains|all': [' -a', ' -b'] }),
  },
  namespace_tag: { 'proc_creation_win_25.yml': tagged('mitre.t1059') },
  number_as_string: { 'proc_creation_win_26.yml': selection({ ParentProcessId: '4' }) },
  sigmahq_author_existence: { 'proc_creation_win_27.yml': rule({ author: undefined }) },
  sigmahq_category_event_id: { 'proc_creation_win_28.yml': selection({ EventID: 1, User: 'x' }) },
  sigmahq_category_windows_provider_name: {
    'proc_creation_win_29.yml': selection({ Provider_Name: 'Microsoft-Windows-Sysmon', User: 'x' }),
  },
  sigmahq_correlation_filename_prefix: { 'several_of_the_first.yml': correlation(COUNT) },
  sigmahq_correlation_group_by_existence: { 'correlation_1.yml': correlation({ ...COUNT, 'group-by': undefined }) },
  sigmahq_correlation_rules_minimum: { 'correlation_2.yml': correlation({ type: 'temporal', 'group-by': ['User'] }) },
  sigmahq_date_existence: { 'proc_creation_win_30.yml': rule({ date: undefined }) },
  sigmahq_description_existence: { 'proc_creation_win_31.yml': rule({ description: undefined }) },
  sigmahq_description_length: { 'proc_creation_win_32.yml': rule({ description: 'Short.' }) },
  sigmahq_falsepositives_banned_word: {
    'proc_creation_win_33.yml': rule({ falsepositives: ['None'] }),
    'proc_creation_win_34.yml': rule({ falsepositives: ['Pentest tools'] }),
  },
  sigmahq_falsepositives_capital: { 'proc_creation_win_35.yml': rule({ falsepositives: ['unknown'] }) },
  sigmahq_falsepositives_typo_word: { 'proc_creation_win_36.yml': rule({ falsepositives: ['Ligitimate use'] }) },
  sigmahq_field_duplicate_value: { 'proc_creation_win_37.yml': selection({ CommandLine: ['x', 'X'] }) },
  sigmahq_field_user: { 'proc_creation_win_38.yml': selection({ 'User|contains': 'AUTHORITY' }) },
  sigmahq_fieldname_cast: { 'proc_creation_win_39.yml': selection({ Commandline: 'x' }) },
  sigmahq_fields_existence: { 'proc_creation_win_40.yml': rule({ fields: ['User'] }) },
  sigmahq_filename_convention: { 'Proc_Creation_Win_41.yml': rule() },
  sigmahq_filename_prefix: { 'creation_of_process_42.yml': rule() },
  sigmahq_github_link: { 'proc_creation_win_43.yml': rule({ references: ['https://github.com/a/b/blob/main/c.md'] }) },
  sigmahq_invalid_all_modifier: { 'proc_creation_win_44.yml': selection({ 'CommandLine|contains|all': 'x' }) },
  sigmahq_invalid_fieldname: { 'proc_creation_win_45.yml': selection({ Arguments: 'x' }) },
  sigmahq_invalid_hash_kv: { 'proc_creation_win_46.yml': selection({ 'Hashes|contains': 'MD5=abc' }) },
  sigmahq_level_existence: { 'proc_creation_win_47.yml': rule({ level: undefined }) },
  sigmahq_link_in_description: {
    'proc_creation_win_48.yml': rule({ description: 'As in https://example.com/a.', references: undefined }),
  },
  sigmahq_logsource_unknown: { 'shop_gateway_1.yml': rule({ logsource: { product: 'shop_gateway' } }) },
  sigmahq_missing_asterisk_condition: {
    'proc_creation_win_49.yml': detection({ selection: { User: 'x' } }, '1 of selection'),
  },
  sigmahq_mitre_link: {
    'proc_creation_win_50.yml': rule({ references: ['https://attack.mitre.org/techniques/T1059/'] }),
  },
  sigmahq_modified_date_order: { 'proc_creation_win_51.yml': rule({ modified: '2023-01-02' }) },
  sigmahq_modified_without_date: { 'proc_creation_win_52.yml': rule({ modified: '2024-01-03', date: undefined }) },
  sigmahq_ofselection_condition: { 'proc_creation_win_53.yml': detection({ sel_a: { User: 'x' } }, '1 of sel_*') },
  sigmahq_ofthem_condition: { 'proc_creation_win_54.yml': detection({ selection: { User: 'x' } }, '1 of them') },
  sigmahq_redundant_field: { 'proc_creation_win_55.yml': selection({ EventID: 1, User: 'x' }) },
  sigmahq_redundant_modified: { 'proc_creation_win_56.yml': rule({ modified: '2024-01-02' }) },
  sigmahq_space_field_name: { 'proc_creation_win_57.yml': selection({ 'Command Line': 'x' }) },
  sigmahq_status: { 'proc_creation_win_58.yml': rule({ status: 'deprecated' }) },
  sigmahq_status_existence: { 'proc_creation_win_59.yml': rule({ status: undefined }) },
  sigmahq_status_to_high: { 'proc_creation_win_60.yml': rule({ status: 'stable', date: '2999-01-01' }) },
  sigmahq_sysmon_missing_eventid: {
    'sysmon_1_probe.yml': rule({ logsource: { product: 'windows', service: 'sysmon' } }),
  },
  sigmahq_tags_detection: { 'rules-threat-hunting/proc_creation_win_61.yml': rule() },
  sigmahq_tags_techniques_without_tactics: { 'proc_creation_win_62.yml': rule({ tags: ['attack.t1059'] }) },
  sigmahq_tags_tlp: { 'proc_creation_win_63.yml': tagged('tlp.amber') },
  sigmahq_tags_unique_detection: { 'proc_creation_win_64.yml': tagged('detection.dfir', 'detection.threat-hunting') },
  sigmahq_tags_unique_tlp: { 'proc_creation_win_65.yml': tagged('tlp.clear', 'tlp.green') },
  sigmahq_title_case: { 'proc_creation_win_66.yml': rule({ title: 'Probe of small Letters' }) },
  sigmahq_title_end: { 'proc_creation_win_67.yml': rule({ title: 'Probe With a Stop.' }) },
  sigmahq_title_length: { 'proc_creation_win_68.yml': rule({ title: `Probe ${'Word '.repeat(24)}End` }) },
  sigmahq_title_start: { 'proc_creation_win_69.yml': rule({ title: 'Detects a Probe' }) },
  sigmahq_unknown_field: { 'proc_creation_win_70.yml': rule({ team: 'blue' }) },
  sigmahq_unsupported_regex_group_construct: { 'proc_creation_win_71.yml': selection({ 'CommandLine|re': 'a(?=b)' }) },
  specific_instead_of_generic_logsource: {
    'sysmon_2_probe.yml': selection(
      { EventID: 22, QueryName: 'x' },
      { logsource: { product: 'windows', service: 'sysmon' } },
    ),
  },
  stptag: { 'proc_creation_win_72.yml': tagged('stp.9') },
  tag_format: { 'proc_creation_win_73.yml': tagged('attack.T1059') },
  them_condition_with_single_detection: {
    'proc_creation_win_74.yml': detection({ selection: { User: 'x' } }, '1 of them'),
  },
  tlptag: { 'proc_creation_win_75.yml': tagged('tlp.blue') },
  tlpv1_tag: { 'proc_creation_win_76.yml': tagged('tlp.blue') },
  tlpv2_tag: { 'proc_creation_win_77.yml': tagged('tlp.blue') },
  wildcards_instead_of_modifiers: {
    'proc_creation_win_78.yml': selection({ CommandLine: '*x*' }),
    'proc_creation_win_79.yml': selection({ CommandLine: 'x*' }),
    'proc_creation_win_80.yml': selection({ CommandLine: '*x' }),
  },
};

/** Every file of the probes; JSON is YAML. */
export function probeFiles(): [string, string][] {
  return Object.values(PROBES).flatMap((files) =>
    Object.entries(files).map(([path, document]): [string, string] => [path, JSON.stringify(document, null, 2)]),
  );
}
