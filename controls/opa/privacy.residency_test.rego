package privacy.residency_test

import data.limits
import data.privacy.residency

good := {
	"id": "approvals",
	"title": "Who approved what",
	"owner": "maintainers",
	"purpose": "accountability",
	"classification": "confidential",
	"personal_data": [{"field": "approver", "category": "name"}],
	"regions": {"origin": "de", "stored": ["de"], "allowed": ["de", "us"]},
	"transfers": [],
	"retention": "P3Y",
}

decide(document) := decision if {
	decision := residency.decision with input as {"document": document, "path": "d.yaml", "as_of": "2026-11-21T00:00:00Z"}
}

list(datasets) := {"schema": "helios/datasets/v1", "datasets": datasets}

found(datasets) := {line |
	some violation in decide(list(datasets)).violations
	line := concat(" ", array.concat([violation.id], [$"{step}" | some step in violation.path]))
}

changed(patch) := object.union(good, patch)

test_a_good_dataset_is_accepted if {
	decide(list([good])) == {"violations": set(), "checked": 1}
}

test_an_empty_list_has_nothing_to_check if {
	decide(list([])) == {"violations": set(), "checked": 0}
}

test_other_documents_are_refused if {
	every document in [null, false, 0, "", [], {}, {"schema": "helios/datasets/v2", "datasets": []}, list({})] {
		{violation.id | some violation in decide(document).violations} == {"unknown-shape"}
	}
}

test_no_document_is_refused if {
	{violation.id | some violation in residency.decision.violations} == {"unknown-shape"} with input as {}
}

test_every_field_must_be_there if {
	every key in {"id", "owner", "purpose", "classification", "personal_data", "regions", "transfers", "retention"} {
		$"missing-field datasets 0 {key}" in found([object.remove(good, [key])])
		every value in [null, false, 0, "", {}] {
			$"missing-field datasets 0 {key}" in found([object.union(object.remove(good, [key]), {key: value})])
		}
	}
	every side in ["stored", "allowed", "origin"] {
		"missing-field datasets 0 regions" in found([changed({"regions": {side: null}})])
	}
}

test_fields_of_another_kind_are_as_good_as_missing if {
	every key, value in {"owner": [], "regions": [], "retention": [], "classification": "secret", "purpose": 0} {
		found([object.union(object.remove(good, [key]), {key: value})]) == {$"missing-field datasets 0 {key}"}
	}
	found([changed({"retention": "P0D"})]) == {"missing-field datasets 0 retention"}
	every side in ["stored", "allowed"] {
		every value in [[], "de", {"de": "us"}] {
			"missing-field datasets 0 regions" in found([changed({"regions": {side: value}})])
		}
	}
}

test_every_violation_but_one_is_an_error if {
	every document in [null, list([{}]), list([changed({"purpose": "curiosity"})])] {
		{violation.severity | some violation in decide(document).violations} == {"error"}
	}
}

test_every_classification_has_a_retention if {
	every classification in ["public", "internal", "confidential", "restricted"] {
		limits.privacy.retention_days[classification] > 0
	}
}

test_unreadable_datasets_are_named if {
	every dataset in [null, false, 0, "x", []] {
		"missing-field datasets 1 id" in found([good, dataset])
	}
	some violation in decide(list([{}])).violations
	violation.subject == "dataset 1"
}

test_an_id_is_used_once if {
	found([good, good]) == {"duplicate-id datasets 1 id"}
	found([good, changed({"id": "other"})]) == set()
	found([changed({"id": 0}), changed({"id": 0})]) == {"missing-field datasets 0 id", "missing-field datasets 1 id"}
}

test_purposes_are_a_closed_list if {
	found([changed({"purpose": "curiosity"})]) == {"unknown-purpose datasets 0 purpose"}
	found([changed({"purpose": "research"})]) == set()
}

test_personal_data_is_classified_as_such if {
	every classification in ["public", "internal"] {
		found([changed({"classification": classification})]) == {"personal-data-underclassified datasets 0 classification"}
		found([changed({"classification": classification, "personal_data": []})]) == set()
	}
}

test_regions_are_listed_one_by_one if {
	every region in ["*", "global", "eu-*", "", "DE"] {
		"wildcard-region datasets 0 regions allowed 1" in found([changed({"regions": {"allowed": ["de", region]}})])
		"wildcard-region datasets 0 regions stored 0" in found([changed({"regions": {"stored": [region]}})])
	}
	found([changed({"regions": {"allowed": ["de", "eu-central-1"]}})]) == set()
}

test_data_lies_where_it_may if {
	found([changed({"personal_data": [], "regions": {"stored": ["de", "in"]}})]) == {"stored-outside-allowed-regions datasets 0 regions stored 1"}
	found([changed({"personal_data": [], "regions": {"stored": ["de", "us"]}})]) == set()
}

abroad := {"stored": ["us"]}

test_personal_data_abroad_needs_a_safeguard if {
	found([changed({"regions": abroad})]) == {"transfer-without-safeguard datasets 0 regions stored 0"}
	transfer := {"to": "us", "safeguard": "standard-contractual-clauses"}
	found([changed({"regions": abroad, "transfers": [transfer]})]) == set()
	found([changed({"regions": abroad, "transfers": [object.union(transfer, {"safeguard": "trust"})]})]) == {"transfer-without-safeguard datasets 0 regions stored 0"}
	found([changed({"regions": abroad, "transfers": [object.remove(transfer, ["safeguard"])]})]) == {"transfer-without-safeguard datasets 0 regions stored 0"}
	found([changed({"regions": abroad, "personal_data": []})]) == set()
}

test_a_safeguard_covers_one_place if {
	transfers := [{"to": "in", "safeguard": "adequacy-decision"}]
	dataset := changed({"regions": {"stored": ["us", "in"], "allowed": ["us", "in"]}, "transfers": transfers})
	found([dataset]) == {"transfer-without-safeguard datasets 0 regions stored 0"}
}

test_unused_transfers_are_warned_of if {
	decision := decide(list([changed({"transfers": [{"to": "us", "safeguard": "adequacy-decision"}]})]))
	{[violation.id, violation.severity] | some violation in decision.violations} == {["unused-transfer", "warning"]}
	found([changed({"transfers": [{}]})]) == {"unused-transfer datasets 0 transfers 0"}
}

test_retention_is_bounded_by_classification if {
	plain := changed({"personal_data": []})
	every classification, duration in {
		"public": ["P3660D", "P3661D"],
		"internal": ["P5Y", "P6Y"],
		"confidential": ["P1100D", "P36M"],
		"restricted": ["P1Y", "P14M"],
	} {
		dataset := object.union(plain, {"classification": classification})
		found([object.union(dataset, {"retention": duration[0]})]) == set()
		found([object.union(dataset, {"retention": duration[1]})]) == {"retention-over-limit datasets 0 retention"}
	}
}
