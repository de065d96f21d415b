# Who may do what with which data, and under which conditions. Grants name attributes, never a wildcard,
# and every grant ends: what nobody renews is not needed.
package abac

import data.calendar
import data.limits

# METADATA
# entrypoint: true
decision := {"violations": violations, "checked": count(grants)}

default grants := []

grants := input.document.grants if known_shape

known_shape if {
	input.document.schema == "helios/grants/v1"
	is_array(input.document.grants)
}

violations contains {
	"id": "unknown-shape",
	"severity": "error",
	"path": [],
	"subject": "grants",
	"msg": "the document is not a list of grants, so none of them was judged",
	"fix": "Give it `schema: helios/grants/v1` and a list `grants`.",
} if {
	not known_shape
}

violations contains on(i, [key], "missing-field", msg, fix) if {
	some i, _ in grants
	some key in {"id", "owner", "granted", "subject", "actions", "resource", "conditions"}
	not readable(i, key)
	msg := $"`{key}` is missing or cannot be read"
	fix := $"Say `{key}`; controls/access/README.md shows its form."
}

violations contains on(i, ["id"], "duplicate-id", msg, "Give each grant an id of its own.") if {
	some id, holders in by_id
	some i in holders
	i > min(holders)
	msg := $"the id {id} is taken by an earlier grant"
}

by_id[grant.id] contains i if {
	some i, grant in grants
	readable(i, "id")
}

# --- Who ---

# A wildcard grants to whoever comes later, too.
violations contains on(i, keys, "wildcard", msg, "Name what is meant, one by one.") if {
	some i, grant in grants
	some part in ["subject", "actions", "resource"]
	walk(grant[part], [below, value])
	regex.match(`[*?]|^(any|all|everyone|everything)$`, lower(value))
	keys := array.concat([part], below)
	msg := $"`{value}` stands for more than anyone reviewed"
}

# A repository alone is every branch and every pull request of it.
violations contains on(i, ["subject", "attributes"], "workload-not-pinned", msg, fix) if {
	some i, grant in grants
	grant.subject.kind == "workload"
	needed := {"repository", "workflow", "ref"}
	lacking := needed - object.keys(grant.subject.attributes)
	count(lacking) > 0
	msg := $"a workload is granted this without its {concat(", ", lacking)}"
	fix := "Say repository, workflow and ref, as the workload's token does."
}

violations contains on(i, ["conditions", "mfa"], "person-without-mfa", msg, "Require `mfa: true`.") if {
	some i, grant in grants
	grant.subject.kind == "person"
	grant.resource.classification in limits.access.classifications_needing_mfa
	not demands_mfa(grant)
	msg := $"a person reaches {grant.resource.classification} data with one factor"
}

demands_mfa(grant) if grant.conditions.mfa == true

# --- What ---

# One subject that may do both needs no accomplice.
violations contains on(i, ["actions"], "conflicting-actions", msg, "Give one of the two to somebody else.") if {
	some i, grant in grants
	some pair in limits.access.conflicting_actions
	some action in pair
	action in grant.actions
	some other in pair
	other != action
	some holder in by_subject[json.marshal(grant.subject)][other]
	msg := $"the same subject may {action} and, by {subject(holder)}, {other}"
}

by_subject[json.marshal(grant.subject)][action] contains i if {
	some i, grant in grants
	some action in grant.actions
}

# --- Under which conditions ---

violations contains on(i, ["conditions", "purpose"], "unknown-purpose", msg, fix) if {
	some i, grant in grants
	not purposeful(grant)
	msg := "the grant is not bound to a purpose that was agreed"
	fix := $"Use one of {concat(", ", limits.access.purposes)}, or have the list extended."
}

purposeful(grant) if grant.conditions.purpose in limits.access.purposes

violations contains on(i, ["conditions", "expires"], "no-expiry", msg, "Say a day on which it ends.") if {
	some i, grant in grants
	not ending(grant)
	msg := "the grant does not end"
}

ending(grant) if calendar.ends(grant.conditions.expires)

violations contains on(i, ["conditions", "expires"], "expired-grant", msg, "Renew it, or remove it here and where it is given.") if {
	some i, grant in grants
	calendar.ends(input.as_of) > calendar.ends(grant.conditions.expires)
	msg := $"the grant ended on {grant.conditions.expires}"
}

violations contains on(i, ["conditions", "expires"], "grant-over-limit", msg, fix) if {
	some i, grant in grants
	days := calendar.day(grant.conditions.expires) - calendar.day(grant.granted)
	limit := limits.access.max_days[grant.resource.classification]
	days > limit
	msg := $"granted for {days} days; access to {grant.resource.classification} data is renewed after {limit}"
	fix := $"Let it expire within {limit} days of being granted."
}

# --- Words ---

on(i, keys, id, msg, fix) := {
	"id": id,
	"severity": "error",
	"path": array.concat(["grants", i], keys),
	"subject": subject(i),
	"msg": msg,
	"fix": fix,
}

subject(i) := grants[i].id if readable(i, "id")

subject(i) := $"grant {i + 1}" if not readable(i, "id")

readable(i, key) if {
	key in {"id", "owner"}
	trim_space(grants[i][key]) != ""
}

# Without a day to count from, or with one to come, any duration would fit the limit.
readable(i, "granted") if calendar.begins(grants[i].granted) <= calendar.ends(input.as_of)

readable(i, "subject") if {
	grants[i].subject.kind in {"person", "workload"}
	count(grants[i].subject.attributes) > 0
	is_object(grants[i].subject.attributes)
}

readable(i, "actions") if {
	is_array(grants[i].actions)
	count(grants[i].actions) > 0
	every action in grants[i].actions {
		trim_space(action) != ""
	}
}

readable(i, "resource") if {
	trim_space(grants[i].resource.kind) != ""
	limits.access.max_days[grants[i].resource.classification]
}

readable(i, "conditions") if is_object(grants[i].conditions)
