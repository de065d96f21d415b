# The register of exceptions: who may accept a risk, for how long, and that nothing lies on in effect unseen.
# The structure of an entry is judged by exception.schema.json; here is what a schema cannot say.
package policies.exception

import data.calendar
import data.limits

# METADATA
# entrypoint: true
decision := {"violations": violations, "checked": count(entries)}

default entries := []

entries := input.document.exceptions if known_shape

known_shape if {
	input.document.schema == "helios/exceptions/v1"
	is_array(input.document.exceptions)
}

violations contains {
	"id": "unknown-shape",
	"severity": "error",
	"path": [],
	"subject": "register",
	"msg": "the document is not a register of exceptions, so none of its entries was judged",
	"fix": "Give it `schema: helios/exceptions/v1` and a list `exceptions`.",
} if {
	not known_shape
}

violations contains on(i, key, "unreadable-field", msg, "Write it as exception.schema.json says.") if {
	some i, _ in entries
	some key in {"id", "state", "severity", "requester", "requested", "expires", "scope"}
	not readable(i, key)
	msg := $"`{key}` is missing or cannot be read, so the entry cannot be judged"
}

violations contains on(i, key, "unreadable-field", msg, "Write it as exception.schema.json says.") if {
	some i, entry in entries
	some key in {"approved", "approver"}
	_ = entry[key]
	not readable(i, key)
	msg := $"`{key}` cannot be read, so the entry cannot be judged"
}

# --- Approval ---

violations contains on(i, "state", "approver-missing", msg, "Name who accepted the risk in `approver`.") if {
	some i, entry in entries
	entry.state == "approved"
	not entry.approver
	msg := "approved by nobody"
}

violations contains on(i, "state", "approval-undated", msg, "Say in `approved` when the risk was accepted.") if {
	some i, entry in entries
	entry.state == "approved"
	not entry.approved
	msg := "approved, but not said when"
}

# In any state: a draft with both names alike would be refused later, after the review was done.
violations contains on(i, "approver", "requester-approves", msg, "Let someone else decide.") if {
	some i, entry in entries
	person(entry.approver) == person(entry.requester)
	msg := $"{entry.requester} approves what {entry.requester} requested"
}

# --- Time ---

violations contains on(i, key, "dates-out-of-order", msg, "Put the dates in the order they happened.") if {
	some i, entry in entries
	some pair in [["requested", "approved"], ["requested", "expires"], ["approved", "expires"]]
	[earlier, key] := pair
	calendar.begins(entry[earlier]) > calendar.ends(entry[key])
	msg := $"`{key}` ({entry[key]}) lies before `{earlier}` ({entry[earlier]})"
}

violations contains on(i, "approved", "approved-in-future", msg, "Write the day on which it was approved.") if {
	some i, entry in entries
	calendar.begins(entry.approved) > calendar.ends(input.as_of)
	msg := $"the approval is dated {entry.approved}, which is still to come"
}

violations contains on(i, "expires", "duration-over-limit", msg, fix) if {
	some i, entry in entries
	limit := limits.exceptions.max_days[entry.severity]
	days := granted_days(entry)
	days > limit
	msg := $"granted for {days} days; a {entry.severity} risk may be accepted for {limit}"
	fix := $"Let it expire within {limit} days of its approval."
}

violations contains on(i, "state", "expired-still-approved", msg, fix) if {
	some i, entry in entries
	entry.state == "approved"
	calendar.ends(input.as_of) > calendar.ends(entry.expires)
	msg := $"expired on {entry.expires} and still says approved"
	fix := "Set `state: closed` when the cause is gone; otherwise have a new entry approved."
}

# An extension is a further entry for the same finding. A chain of them would be a permanent exception.
violations contains on(i, "expires", "extension-beyond-limit", msg, "Remove the cause: this risk has become permanent.") if {
	some chain in by_scope
	some i in chain
	chain_so_far := [granted_days(entries[link]) |
		some link in chain
		calendar.begins(entries[link].expires) <= calendar.begins(entries[i].expires)
	]
	count(chain_so_far) > 1
	days := sum(chain_so_far)
	limit := limits.exceptions.max_days[entries[i].severity] * (1 + limits.exceptions.max_extensions)
	days > limit
	msg := $"{days} days in all were granted for this finding; with extensions {limit} are allowed"
}

# --- One finding, one exception ---

violations contains on(i, "id", "duplicate-id", msg, "Give each entry an id of its own.") if {
	some id, holders in by_id
	some i in holders
	i > min(holders)
	msg := $"the id {id} is taken by an earlier entry"
}

violations contains on(i, "scope", "duplicate-scope", msg, "Close one of the two.") if {
	some chain in by_scope
	approved := {i | some i in chain; entries[i].state == "approved"; not extends(i, chain)}
	some i in approved
	i > min(approved)
	msg := $"the finding is excepted already by {subject(min(approved))}: when one expires, the other would hide it"
}

# An extension may stand beside what it extends: it waits until that has ended.
extends(i, chain) if {
	some other in chain
	other != i
	entries[other].id == entries[i].previous
}

# Grouped once, so that a register of thousands is not compared pair by pair.
by_id[id] contains i if {
	some i, entry in entries
	readable(i, "id")
	id := entry.id
}

# A draft grants nothing yet.
by_scope[json.marshal(entry.scope)] contains i if {
	some i, entry in entries
	readable(i, "scope")
	entry.state != "draft"
}

# --- Words ---

on(i, key, id, msg, fix) := {
	"id": id,
	"severity": "error",
	"path": ["exceptions", i, key],
	"subject": subject(i),
	"msg": msg,
	"fix": fix,
}

subject(i) := entries[i].id if readable(i, "id")

subject(i) := $"entry {i + 1}" if not readable(i, "id")

granted_days(entry) := calendar.day(entry.expires) - calendar.day(granted_from(entry))

granted_from(entry) := object.get(entry, "approved", object.get(entry, "requested", null))

# "Ada " and "ada" are one person: approving one's own request must not take more than a space.
person(name) := lower(single_spaced(name)) if is_string(name)

single_spaced(name) := concat(" ", [word | some word in split(trim_space(name), " "); word != ""])

readable(i, key) if {
	key in {"id", "requester", "approver"}
	trim_space(entries[i][key]) != ""
}

readable(i, "state") if entries[i].state in {"draft", "approved", "revoked", "closed"}

readable(i, "severity") if limits.exceptions.max_days[entries[i].severity]

readable(i, key) if {
	key in {"requested", "approved", "expires"}
	calendar.ends(entries[i][key])
}

readable(i, "scope") if {
	some keys in binding
	object.keys(entries[i].scope) == keys
	every key in keys {
		trim_space(entries[i].scope[key]) != ""
	}
}

# What a scope is made of, all of it and nothing else: a rule, a path or a name alone binds nothing.
binding := [
	{"rule", "path", "fingerprint"},
	{"rule", "path", "digest"},
	{"rule", "purl", "vulnerability"},
	{"rule", "digest"},
	{"control", "service"},
]
