package workload_test

import data.workload

container := {
	"name": "detonator",
	"image": "example.com/detonator@sha256:0000000000000000000000000000000000000000000000000000000000000000",
	"securityContext": {
		"allowPrivilegeEscalation": false,
		"readOnlyRootFilesystem": true,
		"runAsNonRoot": true,
		"capabilities": {"drop": ["ALL"]},
	},
}

spec := {"automountServiceAccountToken": false, "containers": [container]}

labels := {"workload-type": "sandbox"}

pod(own) := {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": labels}, "spec": own}

deployment(own) := {
	"apiVersion": "apps/v1",
	"kind": "Deployment",
	"metadata": {"name": "d"},
	"spec": {"template": {"metadata": {"labels": labels}, "spec": own}},
}

decide(document) := decision if {
	decision := workload.decision with input as {"document": document, "path": "m.yaml", "as_of": "2026-11-21T00:00:00Z"}
}

found(document) := {line |
	some violation in decide(document).violations
	line := concat(" ", array.concat([violation.id], [$"{step}" | some step in violation.path]))
}

with_context(patch) := pod(object.union(spec, {"containers": [object.union(container, {"securityContext": object.union(
	container.securityContext,
	patch,
)})]}))

test_a_hardened_pod_is_accepted if {
	decide(pod(spec)) == {"violations": set(), "checked": 1}
	decide(deployment(spec)) == {"violations": set(), "checked": 1}
}

test_other_workloads_and_kinds_have_nothing_to_check if {
	every document in [
		{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {}},
		{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}},
		{"apiVersion": "v1", "kind": "List", "items": []},
	] {
		decide(document) == {"violations": set(), "checked": 0}
	}
}

test_other_documents_are_refused if {
	every document in [
		null, false, 0, "", [], {}, {"kind": "Pod"},
		{"apiVersion": "v1", "kind": "Pod"},
		{"apiVersion": "v1", "kind": "Pod", "spec": []},
		{"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": 5}},
		{"apiVersion": "v1", "kind": "List"},
		{"apiVersion": "v1", "kind": "List", "items": {}},
	] {
		found(document) == {"unknown-shape"}
	}
}

test_a_list_is_looked_into if {
	found({"apiVersion": "v1", "kind": "List", "items": [pod(spec), pod({"containers": []})]}) == {"mounted-token items 1 spec"}
}

test_templates_are_found_wherever_they_are if {
	bare := {"metadata": {"labels": labels}, "spec": {"containers": []}}
	found({"apiVersion": "batch/v1", "kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": bare}}}}) == {"mounted-token spec jobTemplate spec template spec"}
	found({"apiVersion": "batch/v1", "kind": "Job", "spec": {"template": bare}}) == {"mounted-token spec template spec"}
}

test_the_token_must_be_refused_in_so_many_words if {
	every value in [true, null, "false"] {
		"mounted-token spec" in found(pod(object.union(spec, {"automountServiceAccountToken": value})))
	}
}

test_namespaces_and_folders_of_the_node if {
	found(pod(object.union(spec, {"hostNetwork": true}))) == {"host-namespace spec hostNetwork"}
	found(pod(object.union(spec, {"hostPID": "true"}))) == {"host-namespace spec hostPID"}
	found(pod(object.union(spec, {"hostIPC": false}))) == set()
	found(pod(object.union(spec, {"volumes": [{"emptyDir": {}}, {"hostPath": {"path": "/"}}]}))) == {"host-path spec volumes 1"}
}

test_images_are_named_by_digest if {
	unpinned := object.union(container, {"image": "example.com/detonator:latest"})
	found(pod(object.union(spec, {"containers": [unpinned]}))) == {"unpinned-image spec containers 0 image"}
	found(pod(object.union(spec, {"initContainers": [unpinned]}))) == {"unpinned-image spec initContainers 0 image"}
	found(pod(object.union(spec, {"containers": [object.remove(container, ["image"])]}))) == {"unpinned-image spec containers 0"}
}

test_what_a_container_may_do if {
	found(with_context({"privileged": true})) == {"privileged spec containers 0 securityContext"}
	found(with_context({"allowPrivilegeEscalation": true})) == {"escalation-allowed spec containers 0 securityContext"}
	found(with_context({"readOnlyRootFilesystem": false})) == {"writable-root spec containers 0 securityContext"}
	found(with_context({"capabilities": {"drop": ["NET_RAW"]}})) == {"kept-capabilities spec containers 0 securityContext"}
	found(with_context({"runAsNonRoot": false})) == {"root-user spec containers 0 securityContext"}
}

test_what_is_not_said_is_not_so if {
	found(pod(object.union(spec, {"containers": [object.remove(container, ["securityContext"])]}))) == {
		"escalation-allowed spec containers 0",
		"writable-root spec containers 0",
		"kept-capabilities spec containers 0",
		"root-user spec containers 0",
	}
}

test_a_pod_may_say_for_all_that_nobody_is_root if {
	silent := object.union(container, {"securityContext": {
		"allowPrivilegeEscalation": false,
		"readOnlyRootFilesystem": true,
		"capabilities": {"drop": ["ALL"]},
	}})
	bare := {"automountServiceAccountToken": false, "containers": [object.remove(silent, ["securityContext"])]}
	"root-user spec containers 0" in found(pod(bare))
	not "root-user spec containers 0" in found(pod(object.union(bare, {"securityContext": {"runAsNonRoot": true}})))
}
