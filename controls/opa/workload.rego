# What Pods of certain workloads must say of themselves, by their manifest alone: those that open what nobody trusts, and
# those that hold models. Where they can send to is for the gate `posture`, which sees the whole cluster.
package workload

import data.limits

# METADATA
# entrypoint: true
decision := {"violations": violations, "checked": count(hardened)}

violations contains {
	"id": "unknown-shape",
	"severity": "error",
	"path": [],
	"subject": "manifest",
	"msg": "the document is no manifest of Kubernetes, so nothing of it was judged",
	"fix": "Give it apiVersion and kind, and an object for metadata and spec.",
} if {
	not known_shape
}

known_shape if {
	is_string(input.document.apiVersion)
	is_string(input.document.kind)
	not list_without_items
	not template_without_spec
}

list_without_items if {
	endswith(input.document.kind, "List")
	not is_array(object.get(input.document, "items", null))
}

template_without_spec if {
	place := places[input.document.kind]
	not is_object(object.get(input.document, array.concat(place, ["spec"]), null))
}

# --- Pods, with where they stand ---

# Where the template of a Pod is; a Pod is its own.
places := {
	"Pod": [],
	"PodTemplate": ["template"],
	"Deployment": ["spec", "template"],
	"ReplicaSet": ["spec", "template"],
	"ReplicationController": ["spec", "template"],
	"StatefulSet": ["spec", "template"],
	"DaemonSet": ["spec", "template"],
	"Job": ["spec", "template"],
	"CronJob": ["spec", "jobTemplate", "spec", "template"],
}

# A list is of manifests; lists in lists are not taken by Kubernetes either.
manifests contains {"at": [], "value": input.document} if places[input.document.kind]

manifests contains {"at": ["items", i], "value": item} if {
	endswith(input.document.kind, "List")
	some i, item in input.document.items
	places[item.kind]
}

pods contains {"at": at, "name": name, "kind": manifest.value.kind, "template": template} if {
	some manifest in manifests
	place := places[manifest.value.kind]
	template := object.get(manifest.value, place, {})
	at := array.concat(manifest.at, place)
	name := object.get(manifest.value, ["metadata", "name"], "without a name")
}

hardened contains pod if {
	some pod in pods
	type := object.get(pod.template, ["metadata", "labels", limits.workload.label], null)
	type in limits.workload.hardened
}

# --- The Pod ---

violations contains on(pod, ["spec"], "mounted-token", msg, "Write `automountServiceAccountToken: false`.") if {
	some pod in hardened
	object.get(pod.template, ["spec", "automountServiceAccountToken"], null) != false
	msg := "gets the token of its service account"
}

violations contains on(pod, ["spec", key], "host-namespace", msg, $"Take `{key}` out.") if {
	some pod in hardened
	some key in {"hostNetwork", "hostPID", "hostIPC"}
	object.get(pod.template, ["spec", key], false) != false
	msg := $"shares the namespace of its node: {key}"
}

violations contains on(pod, ["spec", "volumes", i], "host-path", msg, "Use a volume of its own.") if {
	some pod in hardened
	some i, volume in object.get(pod.template, ["spec", "volumes"], [])
	object.get(volume, "hostPath", null) != null
	msg := "mounts a folder of its node"
}

# --- Its containers ---

containers contains {"pod": pod, "at": ["spec", list, i], "value": container} if {
	some pod in hardened
	some list in {"containers", "initContainers", "ephemeralContainers"}
	some i, container in object.get(pod.template, ["spec", list], [])
}

violations contains of(one, ["image"], "unpinned-image", msg, fix) if {
	some one in containers
	image := object.get(one.value, "image", "")
	not regex.match(`@sha256:[0-9a-f]{64}$`, image)
	msg := $"the image `{image}` is not named by its digest"
	fix := "Name it by digest: image@sha256:…, as it was signed."
}

violations contains of(one, ["securityContext"], "privileged", msg, fix) if {
	some one in containers
	own(one, ["privileged"]) == true
	msg := "runs with all that its node may do"
	fix := "Take `privileged` out."
}

violations contains of(one, ["securityContext"], "escalation-allowed", msg, fix) if {
	some one in containers
	own(one, ["allowPrivilegeEscalation"]) != false
	msg := "may get more rights than it was started with"
	fix := "Write `allowPrivilegeEscalation: false`."
}

violations contains of(one, ["securityContext"], "writable-root", msg, fix) if {
	some one in containers
	own(one, ["readOnlyRootFilesystem"]) != true
	msg := "may write where its programs are"
	fix := "Write `readOnlyRootFilesystem: true`, and mount an emptyDir where it must write."
}

violations contains of(one, ["securityContext"], "kept-capabilities", msg, fix) if {
	some one in containers
	not drops_all(one)
	msg := "keeps capabilities of the kernel"
	fix := "Write `capabilities: {drop: [ALL]}`."
}

drops_all(one) if "ALL" in own(one, ["capabilities", "drop"])

# The container's word counts before that of its Pod.
violations contains of(one, ["securityContext"], "root-user", msg, fix) if {
	some one in containers
	of_pod := object.get(one.pod.template, ["spec", "securityContext", "runAsNonRoot"], null)
	object.get(one.value, ["securityContext", "runAsNonRoot"], of_pod) != true
	msg := "may run as root"
	fix := "Write `runAsNonRoot: true`."
}

own(one, keys) := object.get(one.value, array.concat(["securityContext"], keys), null)

# --- Words ---

on(pod, keys, id, msg, fix) := {
	"id": id,
	"severity": "error",
	"path": array.concat(pod.at, keys),
	"subject": $"{pod.kind} {pod.name}",
	"msg": msg,
	"fix": fix,
}

of(one, keys, id, msg, fix) := object.union(
	on(one.pod, written(one, keys), id, msg, fix),
	{"subject": $"{one.pod.kind} {one.pod.name}, container {object.get(one.value, "name", "without a name")}"},
)

# What is not written has no place of its own: then it is the container's.
written(one, keys) := array.concat(one.at, keys) if object.get(one.value, keys, null) != null

written(one, keys) := one.at if object.get(one.value, keys, null) == null
