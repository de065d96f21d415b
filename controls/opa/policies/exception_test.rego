package policies.exception_test

import data.policies.exception

as_of := "2026-11-21T12:00:00Z"

good := {
	"id": "EXC-2026-001",
	"title": "A scanner rule that misfires",
	"state": "approved",
	"severity": "high",
	"owner": "Ada",
	"requester": "Ada",
	"approver": "Grace",
	"reason": "The rule cannot see the wrapper.",
	"compensation": "The wrapper is tested.",
	"requested": "2026-11-01",
	"approved": "2026-11-02",
	"expires": "2026-12-02",
	"scope": {"rule": "detect/slow", "path": "alerting/sigma/a.yml", "fingerprint": "aa"},
}

decide(document) := decision if {
	decision := exception.decision with input as {"document": document, "path": "r.yaml", "as_of": as_of}
}

register(entries) := {"schema": "helios/exceptions/v1", "exceptions": entries}

# One line for each violation: what, and where.
found(entries) := {line |
	some violation in decide(register(entries)).violations
	line := concat(" ", array.concat([violation.id], [$"{step}" | some step in violation.path]))
}

changed(patch) := object.union(good, patch)

test_a_good_entry_is_accepted if {
	decide(register([good])) == {"violations": set(), "checked": 1}
}

test_an_empty_register_has_nothing_to_check if {
	decide(register([])) == {"violations": set(), "checked": 0}
}

test_other_documents_are_refused if {
	every document in [null, false, 0, "", [], {}, {"schema": "helios/exceptions/v2", "exceptions": []}, register(null)] {
		{violation.id | some violation in decide(document).violations} == {"unknown-shape"}
		decide(document).checked == 0
	}
}

test_no_document_is_refused if {
	{violation.id | some violation in exception.decision.violations} == {"unknown-shape"} with input as {}
}

test_every_field_that_is_judged_must_be_there if {
	every key in {"id", "state", "severity", "requester", "requested", "expires", "scope"} {
		$"unreadable-field exceptions 0 {key}" in found([object.remove(good, [key])])
		every value in [null, false, 0, "", {}, []] {
			$"unreadable-field exceptions 0 {key}" in found([object.union(object.remove(good, [key]), {key: value})])
		}
	}
}

test_words_of_another_field_do_not_make_a_field_readable if {
	found([changed({"state": "2026-11-21"})]) == {"unreadable-field exceptions 0 state"}
}

test_every_violation_is_an_error if {
	every document in [null, register([{}]), register([changed({"approver": "ada"})])] {
		{violation.severity | some violation in decide(document).violations} == {"error"}
	}
}

test_optional_fields_are_read_when_they_are_there if {
	found([changed({"approved": "soon"})]) == {"unreadable-field exceptions 0 approved"}
	found([changed({"approver": " "})]) == {"unreadable-field exceptions 0 approver"}
}

test_unreadable_entries_are_named if {
	every entry in [null, false, 0, "entry", []] {
		"unreadable-field exceptions 1 id" in found([good, entry])
	}
	some violation in decide(register([{}])).violations
	violation.subject == "entry 1"
}

test_an_approval_names_its_approver if {
	found([object.remove(good, ["approver"])]) == {"approver-missing exceptions 0 state"}
	found([object.remove(changed({"state": "draft", "expires": "2026-12-01"}), ["approver", "approved"])]) == set()
}

test_an_approval_is_dated if {
	found([object.remove(changed({"expires": "2026-11-30"}), ["approved"])]) == {"approval-undated exceptions 0 state"}
}

test_the_requester_never_approves if {
	every name in ["Ada", "ada", " Ada ", "ADA"] {
		found([changed({"approver": name})]) == {"requester-approves exceptions 0 approver"}
	}
	found([changed({"approver": "Ada  Lovelace", "requester": "ada lovelace"})]) == {"requester-approves exceptions 0 approver"}
	found([changed({"approver": "Adam"})]) == set()
}

test_dates_are_in_order if {
	found([changed({"requested": "2026-11-03"})]) == {"dates-out-of-order exceptions 0 approved"}
	found([changed({"requested": "2026-11-02T10:00:00Z"})]) == set()
	found([changed({"requested": "2026-11-02T10:00:00Z", "approved": "2026-11-02T10:00:00Z"})]) == set()
	found([changed({"expires": "2026-11-01", "state": "closed"})]) == {"dates-out-of-order exceptions 0 expires"}
}

test_an_approval_is_not_of_tomorrow if {
	found([changed({"approved": "2026-11-22"})]) == {"approved-in-future exceptions 0 approved"}
	found([changed({"approved": "2026-11-21"})]) == set()
	found([changed({"approved": as_of})]) == set()
	found([changed({"approved": "2026-11-21T12:00:00.001Z"})]) == {"approved-in-future exceptions 0 approved"}
}

test_each_severity_has_its_longest_duration if {
	every severity, last_day in {
		"critical": ["2026-11-24", "2026-11-25"],
		"high": ["2026-12-10", "2026-12-11"],
		"medium": ["2027-02-08", "2027-02-09"],
		"low": ["2027-05-09", "2027-05-10"],
	} {
		entry := object.union(good, {"severity": severity, "approved": "2026-11-10"})
		found([object.union(entry, {"expires": last_day[0]})]) == set()
		found([object.union(entry, {"expires": last_day[1]})]) == {"duration-over-limit exceptions 0 expires"}
	}
}

test_without_an_approval_duration_counts_from_the_request if {
	draft := object.remove(changed({"state": "draft", "expires": "2026-12-02"}), ["approved", "approver"])
	found([draft]) == {"duration-over-limit exceptions 0 expires"}
}

test_an_expired_entry_does_not_stay_approved if {
	old := changed({"expires": "2026-11-20"})
	found([old]) == {"expired-still-approved exceptions 0 state"}
	found([changed({"expires": "2026-11-21"})]) == set()
	found([changed({"expires": as_of})]) == set()
	found([changed({"expires": "2026-11-21T11:59:59.999Z"})]) == {"expired-still-approved exceptions 0 state"}
	found([object.union(old, {"state": "closed"})]) == set()
	found([object.union(old, {"state": "revoked"})]) == set()
}

test_an_id_is_used_once if {
	other := changed({"scope": {"rule": "detect/slow", "path": "b.yml", "fingerprint": "bb"}})
	found([good, other]) == {"duplicate-id exceptions 1 id"}
	found([good, other, object.union(other, {"state": "closed"})]) == {
		"duplicate-id exceptions 1 id",
		"duplicate-id exceptions 2 id",
	}
}

test_what_cannot_be_read_is_no_duplicate if {
	found([changed({"id": ""}), changed({"id": "", "state": "closed"})]) == {
		"unreadable-field exceptions 0 id",
		"unreadable-field exceptions 1 id",
	}
	vague := object.union(object.remove(good, ["scope"]), {"scope": {}})
	found([vague, object.union(vague, {"id": "EXC-2026-002"})]) == {
		"unreadable-field exceptions 0 scope",
		"unreadable-field exceptions 1 scope",
	}
}

test_a_finding_is_excepted_once if {
	twin := changed({"id": "EXC-2026-002"})
	"duplicate-scope exceptions 1 scope" in found([good, twin])
	every state in ["draft", "revoked", "closed"] {
		not "duplicate-scope exceptions 1 scope" in found([good, object.union(twin, {"state": state})])
	}
}

test_an_extension_stands_beside_what_it_extends if {
	found([good, changed({"id": "EXC-2026-002", "previous": "EXC-2026-001"})]) == set()
	"duplicate-scope exceptions 1 scope" in found([good, changed({"id": "EXC-2026-002", "previous": "EXC-2026-009"})])
}

test_a_scope_is_one_of_those_that_bind if {
	every scope in [
		{"rule": "a/b", "path": "x", "digest": "sha256:aa"},
		{"rule": "a/b", "purl": "pkg:npm/x@1", "vulnerability": "CVE-2026-1"},
		{"rule": "a/b", "digest": "sha256:aa"},
		{"control": "mfa", "service": "web"},
	] {
		found([object.union(object.remove(good, ["scope"]), {"scope": scope})]) == set()
	}
	every scope in [{"rule": "a/b"}, {"rule": "a/b", "path": "x"}, {"service": "web"}, {"control": "mfa", "service": " "}] {
		found([object.union(object.remove(good, ["scope"]), {"scope": scope})]) == {"unreadable-field exceptions 0 scope"}
	}
}

first := changed({"state": "closed", "requested": "2026-10-01", "approved": "2026-10-01", "expires": "2026-10-31"})

test_a_single_entry_is_no_extension if {
	found([changed({"expires": "2027-05-01"})]) == {"duration-over-limit exceptions 0 expires"}
}

test_one_extension_is_allowed if {
	second := changed({"id": "EXC-2026-002"})
	found([first, second]) == set()
}

test_a_chain_of_extensions_is_not if {
	before := object.union(first, {
		"id": "EXC-2026-000",
		"requested": "2026-09-01",
		"approved": "2026-09-01",
		"expires": "2026-09-02",
	})
	third := changed({"id": "EXC-2026-002"})
	found([before, first, third]) == {"extension-beyond-limit exceptions 2 expires"}
	found([before, first, object.union(third, {"state": "draft"})]) == set()
}
