# Where data lies, why, and for how long. A dataset that does not say so is refused: silence is not "nowhere".
package privacy.residency

import data.calendar
import data.limits

# METADATA
# entrypoint: true
decision := {"violations": violations, "checked": count(datasets)}

default datasets := []

datasets := input.document.datasets if known_shape

known_shape if {
	input.document.schema == "helios/datasets/v1"
	is_array(input.document.datasets)
}

violations contains {
	"id": "unknown-shape",
	"severity": "error",
	"path": [],
	"subject": "datasets",
	"msg": "the document is not a list of datasets, so none of them was judged",
	"fix": "Give it `schema: helios/datasets/v1` and a list `datasets`.",
} if {
	not known_shape
}

violations contains on(i, [key], "missing-field", msg, fix) if {
	some i, _ in datasets
	some key in {"id", "owner", "purpose", "classification", "personal_data", "regions", "transfers", "retention"}
	not readable(i, key)
	msg := $"`{key}` is missing or cannot be read"
	fix := $"Say `{key}`; controls/privacy/README.md shows its form."
}

violations contains on(i, ["id"], "duplicate-id", msg, "Give each dataset an id of its own.") if {
	some id, holders in by_id
	some i in holders
	i > min(holders)
	msg := $"the id {id} is taken by an earlier dataset"
}

by_id[dataset.id] contains i if {
	some i, dataset in datasets
	readable(i, "id")
}

# --- Why ---

violations contains on(i, ["purpose"], "unknown-purpose", msg, fix) if {
	some i, dataset in datasets
	readable(i, "purpose")
	not dataset.purpose in limits.privacy.purposes
	msg := $"the purpose `{dataset.purpose}` is not one that was agreed"
	fix := $"Use one of {concat(", ", limits.privacy.purposes)}, or have the list extended."
}

violations contains on(i, ["classification"], "personal-data-underclassified", msg, fix) if {
	some i, dataset in datasets
	count(dataset.personal_data) > 0
	least := limits.privacy.least_classification_of_personal_data
	rank(dataset.classification) < rank(least)
	msg := $"holds personal data and is classified {dataset.classification}"
	fix := $"Classify it {least} or higher, or stop keeping the fields."
}

# --- Where ---

# A wildcard admits every place that a provider may open later.
violations contains on(i, ["regions", side, j], "wildcard-region", msg, "List the regions one by one.") if {
	some i, dataset in datasets
	some side in {"stored", "allowed"}
	some j, region in dataset.regions[side]
	not regex.match(`^[a-z]{2}(-[a-z]+-[0-9])?$`, region)
	msg := $"`{region}` is not one region"
}

violations contains on(i, ["regions", "stored", j], "stored-outside-allowed-regions", msg, fix) if {
	some i, dataset in datasets
	some j, region in dataset.regions.stored
	not region in dataset.regions.allowed
	msg := $"is stored in {region}, which is not among its allowed regions"
	fix := $"Move it to {concat(" or ", dataset.regions.allowed)}, or have {region} allowed."
}

# Personal data leaves the place of the people it is about only under a safeguard.
violations contains on(i, ["regions", "stored", j], "transfer-without-safeguard", msg, fix) if {
	some i, dataset in datasets
	count(dataset.personal_data) > 0
	some j, region in dataset.regions.stored
	region != dataset.regions.origin
	not safeguarded(dataset, region)
	msg := $"personal data from {dataset.regions.origin} is stored in {region} without a safeguard"
	fix := $"Add a transfer to {region} with one of {concat(", ", limits.privacy.safeguards)}."
}

safeguarded(dataset, region) if {
	some transfer in dataset.transfers
	transfer.to == region
	transfer.safeguard in limits.privacy.safeguards
}

violations contains object.union(found, {"severity": "warning"}) if {
	some i, dataset in datasets
	some j, transfer in dataset.transfers
	not used(dataset, transfer)
	msg := $"a transfer is declared to {object.get(transfer, "to", "nowhere")}, where nothing is stored"
	found := on(i, ["transfers", j], "unused-transfer", msg, "Remove the transfer.")
}

# A rule of its own: `not transfer.to in …` would be undefined, not true, for a transfer that names no place.
used(dataset, transfer) if transfer.to in dataset.regions.stored

# --- How long ---

violations contains on(i, ["retention"], "retention-over-limit", msg, fix) if {
	some i, dataset in datasets
	days := calendar.longest_days(dataset.retention)
	limit := limits.privacy.retention_days[dataset.classification]
	days > limit
	msg := $"is kept for up to {days} days; {dataset.classification} data may be kept for {limit}"
	fix := $"Keep it for P{limit}D at most, or drop what makes it {dataset.classification}."
}

# --- Words ---

on(i, keys, id, msg, fix) := {
	"id": id,
	"severity": "error",
	"path": array.concat(["datasets", i], keys),
	"subject": subject(i),
	"msg": msg,
	"fix": fix,
}

subject(i) := datasets[i].id if readable(i, "id")

subject(i) := $"dataset {i + 1}" if not readable(i, "id")

rank(classification) := number if {
	some number, name in ["public", "internal", "confidential", "restricted"]
	name == classification
}

readable(i, key) if {
	key in {"id", "owner", "purpose"}
	trim_space(datasets[i][key]) != ""
}

readable(i, "classification") if rank(datasets[i].classification) >= 0

readable(i, key) if {
	key in {"personal_data", "transfers"}
	is_array(datasets[i][key])
}

readable(i, "regions") if {
	regions := datasets[i].regions
	is_string(regions.origin)
	count(regions.stored) > 0
	count(regions.allowed) > 0
	is_array(regions.stored)
	is_array(regions.allowed)
}

readable(i, "retention") if calendar.longest_days(datasets[i].retention) > 0
