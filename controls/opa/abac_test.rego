package abac_test

import data.abac

good := {
	"id": "release-signer",
	"title": "The release job signs evidence",
	"owner": "maintainers",
	"granted": "2026-11-01",
	"subject": {
		"kind": "workload",
		"attributes": {"repository": "helios", "workflow": "release.yml", "ref": "refs/heads/main"},
	},
	"actions": ["sign-evidence"],
	"resource": {"kind": "evidence", "classification": "internal"},
	"conditions": {"purpose": "release", "expires": "2027-10-31"},
}

person := {
	"id": "on-call",
	"title": "On call reads the journal",
	"owner": "maintainers",
	"granted": "2026-11-01",
	"subject": {"kind": "person", "attributes": {"group": "on-call"}},
	"actions": ["read-journal"],
	"resource": {"kind": "journal", "classification": "confidential"},
	"conditions": {"mfa": true, "purpose": "incident-response", "expires": "2027-04-30"},
}

decide(document) := decision if {
	decision := abac.decision with input as {"document": document, "path": "g.yaml", "as_of": "2026-11-21T12:00:00Z"}
}

list(grants) := {"schema": "helios/grants/v1", "grants": grants}

found(grants) := {line |
	some violation in decide(list(grants)).violations
	line := concat(" ", array.concat([violation.id], [$"{step}" | some step in violation.path]))
}

changed(patch) := object.union(good, patch)

test_good_grants_are_accepted if {
	decide(list([good, person])) == {"violations": set(), "checked": 2}
}

test_an_empty_list_has_nothing_to_check if {
	decide(list([])) == {"violations": set(), "checked": 0}
}

test_other_documents_are_refused if {
	every document in [null, false, 0, "", [], {}, {"schema": "helios/grants/v2", "grants": []}, list({})] {
		{violation.id | some violation in decide(document).violations} == {"unknown-shape"}
	}
}

test_no_document_is_refused if {
	{violation.id | some violation in abac.decision.violations} == {"unknown-shape"} with input as {}
}

test_every_field_must_be_there if {
	every key in {"id", "owner", "granted", "subject", "actions", "resource", "conditions"} {
		$"missing-field grants 0 {key}" in found([object.remove(good, [key])])
		every value in [null, false, 0, ""] {
			$"missing-field grants 0 {key}" in found([object.union(object.remove(good, [key]), {key: value})])
		}
	}
	every actions in [[], [""], [0], {}, {"first": "sign-evidence"}, "sign-evidence"] {
		"missing-field grants 0 actions" in found([changed({"actions": actions})])
	}
	"missing-field grants 0 subject" in found([changed({"subject": {"kind": "robot"}})])
	"missing-field grants 0 subject" in found([changed({"subject": {"attributes": ["helios"]}})])
	"missing-field grants 0 subject" in found([object.union(object.remove(good, ["subject"]), {"subject": {"kind": "person", "attributes": {}}})])
	"missing-field grants 0 resource" in found([changed({"resource": {"classification": "secret"}})])
	"missing-field grants 0 resource" in found([changed({"resource": {"kind": " "}})])
}

test_every_violation_is_an_error if {
	every document in [null, list([{}]), list([changed({"conditions": {"purpose": "curiosity"}})])] {
		{violation.severity | some violation in decide(document).violations} == {"error"}
	}
}

test_a_grant_is_not_of_tomorrow if {
	found([changed({"granted": "2026-11-22"})]) == {"missing-field grants 0 granted"}
	found([changed({"granted": "2026-11-21T12:00:00.001Z"})]) == {"missing-field grants 0 granted"}
	found([changed({"granted": "2026-11-21T12:00:00Z"})]) == set()
	found([changed({"granted": "2026-11-21"})]) == set()
}

test_unreadable_grants_are_named if {
	every grant in [null, false, 0, "x", []] {
		"missing-field grants 1 id" in found([good, grant])
	}
	some violation in decide(list([{}])).violations
	violation.subject == "grant 1"
}

test_an_id_is_used_once if {
	found([good, object.union(person, {"id": good.id})]) == {"duplicate-id grants 1 id"}
	found([changed({"id": 0}), changed({"id": 0})]) == {"missing-field grants 0 id", "missing-field grants 1 id"}
}

test_wildcards_grant_nothing if {
	every word in ["*", "refs/heads/*", "ANY", "all", "everyone", "v?"] {
		found([changed({"subject": {"attributes": {"ref": word}}})]) == {"wildcard grants 0 subject attributes ref"}
		found([changed({"actions": ["sign-evidence", word]})]) == {"wildcard grants 0 actions 1"}
		found([changed({"resource": {"kind": word}})]) == {"wildcard grants 0 resource kind"}
	}
	found([changed({"actions": ["call-all-hands"]})]) == set()
}

test_workloads_are_pinned if {
	every key in ["repository", "workflow", "ref"] {
		attributes := object.remove(good.subject.attributes, [key])
		grant := object.union(object.remove(good, ["subject"]), {"subject": {"kind": "workload", "attributes": attributes}})
		found([grant]) == {"workload-not-pinned grants 0 subject attributes"}
	}
}

test_people_need_a_second_factor_for_data_that_matters if {
	every mfa in [false, null, "true", 1] {
		found([object.union(person, {"conditions": {"mfa": mfa}})]) == {"person-without-mfa grants 0 conditions mfa"}
	}
	without := object.union(object.remove(person, ["conditions"]), {"conditions": object.remove(person.conditions, ["mfa"])})
	found([without]) == {"person-without-mfa grants 0 conditions mfa"}
	found([object.union(without, {"resource": {"classification": "internal"}})]) == set()
}

test_nobody_holds_conflicting_actions if {
	found([changed({"actions": ["sign-evidence", "change-policy"]})]) == {"conflicting-actions grants 0 actions"}
	other := changed({"id": "second", "actions": ["change-policy"]})
	found([good, other]) == {"conflicting-actions grants 0 actions", "conflicting-actions grants 1 actions"}
	found([good, object.union(other, {"subject": {"attributes": {"ref": "refs/heads/policy"}}})]) == set()
}

test_a_grant_is_bound_to_an_agreed_purpose if {
	every purpose in ["curiosity", "", null, false] {
		found([changed({"conditions": {"purpose": purpose}})]) == {"unknown-purpose grants 0 conditions purpose"}
	}
	"unknown-purpose grants 0 conditions purpose" in found([object.union(object.remove(good, ["conditions"]), {"conditions": {}})])
}

test_every_grant_ends if {
	every expires in ["never", "", null, false, "2027-02-30"] {
		found([changed({"conditions": {"expires": expires}})]) == {"no-expiry grants 0 conditions expires"}
	}
	"no-expiry grants 0 conditions expires" in found([object.union(object.remove(good, ["conditions"]), {"conditions": {}})])
}

test_expired_grants_are_found if {
	found([changed({"conditions": {"expires": "2026-11-20"}})]) == {"expired-grant grants 0 conditions expires"}
	found([changed({"conditions": {"expires": "2026-11-21"}})]) == set()
	found([changed({"conditions": {"expires": "2026-11-21T12:00:00Z"}})]) == set()
}

test_the_more_is_at_stake_the_sooner_a_grant_is_renewed if {
	every classification, days in {
		"public": ["2028-10-31", "2028-11-01"],
		"internal": ["2028-10-31", "2028-11-01"],
		"confidential": ["2027-11-01", "2027-11-02"],
		"restricted": ["2027-04-30", "2027-05-01"],
	} {
		grant := changed({"resource": {"classification": classification}})
		found([object.union(grant, {"conditions": {"expires": days[0]}})]) == set()
		found([object.union(grant, {"conditions": {"expires": days[1]}})]) == {"grant-over-limit grants 0 conditions expires"}
	}
}
