// SPDX-License-Identifier: Apache-2.0

/** What serves one of pySigma's validators. */
export interface Served {
  /** Ids of our rules; `says` picks those findings that are about the same. */
  readonly by: readonly string[];
  readonly says?: RegExp;
  /** Why the two name other rules of the public set, or a validator has no counterpart. */
  readonly differs?: string;
}

const lint = (names: string, more: Omit<Served, 'by'> = {}): Served => ({
  by: names.split(' ').map((name) => `detect/${name}`),
  ...more,
});

/** Every validator of pySigma 1.5.1 and of pySigma-validators-sigmahq 0.21.0, by its identifier. */
export const VALIDATORS: Readonly<Record<string, Served>> = {
  all_of_them_condition: lint('all-of-them'),
  attacktag: {
    by: [
      'mapping/unknown-tactic',
      'mapping/unknown-technique',
      'mapping/malformed-id',
      'mapping/revoked-technique',
      'mapping/deprecated-technique',
    ],
    differs:
      'theirs also takes ids of groups, software and data sources, which the STIX file at hand does not have; ours leaves tags of that form alone.',
  },
  cartag: lint('malformed-tag'),
  control_character: lint('control-character'),
  custom_attributes: lint('misspelt-key'),
  cvetag: lint('malformed-tag'),
  d3_fendtag: lint('unknown-tag malformed-tag'),
  dangling_condition: lint('broken-condition'),
  dangling_detection: lint('unused-selection'),
  detection_tag: lint('malformed-tag'),
  double_wildcard: lint('double-wildcard'),
  duplicate_filename: lint('file-name-form'),
  duplicate_references: lint('repeated-entry'),
  duplicate_tag: lint('repeated-entry'),
  duplicate_title: lint('duplicate-title'),
  escaped_wildcard: lint('escaped-wildcard'),
  fieldname_logsource: lint('misspelt-key idle-logsource-key'),
  filename_length: lint('file-name-form'),
  identifier_existence: lint('bad-id'),
  identifier_uniqueness: lint('duplicate-id'),
  invalid_modifier_combinations: lint('idle-modifier broken-modifier'),
  namespace_tag: lint('unknown-tag-namespace'),
  number_as_string: lint('number-as-text'),
  sigmahq_author_existence: lint('missing-origin', { says: /author/ }),
  sigmahq_category_event_id: lint('redundant-field', { says: /EventID/ }),
  sigmahq_category_windows_provider_name: lint('redundant-field', {
    says: /Sysmon alone/,
    differs:
      'both name another sensor than Sysmon in order to leave it out, or to ask for it alone, which a category cannot say.',
  }),
  sigmahq_correlation_filename_prefix: lint('file-name-prefix'),
  sigmahq_correlation_group_by_existence: lint('correlation-without-group'),
  sigmahq_correlation_rules_minimum: lint('correlation-always-alerts'),
  sigmahq_date_existence: lint('missing-origin', { says: /\bdate/ }),
  sigmahq_description_existence: lint('missing-metadata', { says: /description/ }),
  sigmahq_description_length: lint('description-form', { says: /characters/ }),
  sigmahq_falsepositives_banned_word: lint('false-positive-form', { says: /nobody knows|intrusion/ }),
  sigmahq_falsepositives_capital: lint('false-positive-form', { says: /capital/ }),
  sigmahq_falsepositives_typo_word: lint('false-positive-form', {
    says: /slip/,
    differs: 'theirs knows four misspelt words; ours any word that is one letter away from a common one.',
  }),
  sigmahq_field_duplicate_value: lint('repeated-value'),
  sigmahq_field_user: lint('localised-account'),
  sigmahq_fieldname_cast: lint('misspelt-field odd-field-name', {
    differs:
      'theirs has a list of fields of auditd that is older than the rules; ours has lists for the categories of Windows alone, and for the rest tells of spellings of which another one is usual in the same log source.',
  }),
  sigmahq_fields_existence: lint('unlisted-key', { says: /`fields`/ }),
  sigmahq_filename_convention: lint('file-name-form'),
  sigmahq_filename_prefix: lint('file-name-prefix', {
    differs:
      'theirs has a prefix for one log source that the public rules for it do not bear; ours has those that they bear.',
  }),
  sigmahq_github_link: lint('reference-form', {
    says: /branch/,
    differs:
      'theirs looks at links that end like the name of a file; ours at all links into a repository, with anchors as well.',
  }),
  sigmahq_invalid_all_modifier: lint('broken-modifier'),
  sigmahq_invalid_fieldname: lint('unknown-field', {
    differs:
      'as with sigmahq_fieldname_cast: lists that are older than the rules, of log sources that ours has none for.',
  }),
  sigmahq_invalid_hash_kv: lint('malformed-hash', {
    differs: '`IMPHASH=` alone asks whether there is such a digest, which ours lets be.',
  }),
  sigmahq_level_existence: lint('missing-metadata', { says: /level/ }),
  sigmahq_link_in_description: lint('description-form', {
    says: /link|comes from/,
    differs: 'theirs lets a link be where there are references as well.',
  }),
  sigmahq_logsource_unknown: lint('unknown-logsource', {
    differs: 'theirs has a list of log sources that is older than the rules; ours has all of them.',
  }),
  sigmahq_missing_asterisk_condition: lint('missing-asterisk'),
  sigmahq_mitre_link: lint('reference-form', { says: /ATT&CK/ }),
  sigmahq_modified_date_order: lint('bad-date', { says: /before/ }),
  sigmahq_modified_without_date: lint('bad-date', { says: /never written/ }),
  sigmahq_ofselection_condition: lint('of-pattern-with-one'),
  sigmahq_ofthem_condition: lint('of-them-with-one all-of-them'),
  sigmahq_redundant_field: lint('redundant-field', {
    differs:
      'theirs takes every EventID for redundant, also where a rule asks for some of the events of its category; ours knows EventType in registry_add as well.',
  }),
  sigmahq_redundant_modified: lint('idle-modified'),
  sigmahq_space_field_name: lint('field-name-form padded-field-name'),
  sigmahq_status: lint('retired-rule'),
  sigmahq_status_existence: lint('missing-origin', { says: /status/ }),
  sigmahq_status_to_high: lint('untried-status'),
  sigmahq_sysmon_missing_eventid: lint('sysmon-without-event-id'),
  sigmahq_tags_detection: lint('tag-choice', { says: /folder/ }),
  sigmahq_tags_techniques_without_tactics: {
    by: ['mapping/technique-without-tactic'],
    differs: 'theirs asks for every tactic that a technique serves, ours for one: a rule sees one use of a technique.',
  },
  sigmahq_tags_tlp: lint('tag-choice', { says: /published/ }),
  sigmahq_tags_unique_detection: lint('tag-choice', { says: /as well as/ }),
  sigmahq_tags_unique_tlp: lint('tag-choice', { says: /as well as/ }),
  sigmahq_title_case: lint('title-form', { says: /capital/ }),
  sigmahq_title_end: lint('title-form', { says: /full stop/ }),
  sigmahq_title_length: lint('title-form', { says: /characters/ }),
  sigmahq_title_start: lint('title-form', {
    says: /detects/,
    differs: 'ours also takes "Detection of" for what a title should not begin with.',
  }),
  sigmahq_unknown_field: lint('unlisted-key', { says: /no key/ }),
  sigmahq_unsupported_regex_group_construct: lint('broken-value'),
  specific_instead_of_generic_logsource: lint('specific-logsource'),
  stptag: lint('malformed-tag'),
  tag_format: lint('malformed-tag'),
  them_condition_with_single_detection: lint('of-them-with-one all-of-them'),
  tlptag: lint('malformed-tag'),
  tlpv1_tag: lint('malformed-tag', { differs: 'ours takes TLP 1 and 2 alike, as tlptag does.' }),
  tlpv2_tag: lint('malformed-tag', { differs: 'ours takes TLP 1 and 2 alike, as tlptag does.' }),
  wildcards_instead_of_modifiers: lint('wildcard-for-modifier'),
};
