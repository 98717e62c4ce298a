{{/* One rule for each need. Of these, each is about namespaces with policies; none is about the cluster. */}}
{{- define "pgwarden.rules.worker" -}}
# Reads the policy it works on. Lists them when claims have to be built again from what statuses say.
- apiGroups: [pgroles.io]
  resources: [postgrespolicies]
  verbs: [get, list]
# Puts a finalizer on a policy with deletion_policy: Revoke, and takes it off. A right to patch cannot be bound to that.
- apiGroups: [pgroles.io]
  resources: [postgrespolicies]
  verbs: [patch]
# Says how it stands with a policy.
- apiGroups: [pgroles.io]
  resources: [postgrespolicies/status]
  verbs: [patch]
# Reads the Secrets that policies name, one by one, and creates those with generated passwords. It changes and deletes none.
- apiGroups: ['']
  resources: [secrets]
  verbs: [get, create]
# Tells what happened to a policy.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}

{{- define "pgwarden.rules.watcher" -}}
# Is told of every change of a policy.
- apiGroups: [pgroles.io]
  resources: [postgrespolicies]
  verbs: [list, watch]
# Is told that a Secret changed. It asks for metadata only, which Kubernetes has no narrower right for.
- apiGroups: ['']
  resources: [secrets]
  verbs: [list, watch]
{{- if ne .Values.namespaces.mode "all" }}
# Asks whether the worker has its rights in the namespace.
- apiGroups: [authorization.k8s.io]
  resources: [localsubjectaccessreviews]
  verbs: [create]
# Writes to the statuses of policies that the worker lacks rights, which the worker itself may be unable to.
- apiGroups: [pgroles.io]
  resources: [postgrespolicies/status]
  verbs: [patch]
{{- end }}
{{- end }}

{{/* Of the watcher, where it makes Roles for others: nobody can grant what he does not have. */}}
{{- define "pgwarden.rules.local" -}}
# Makes and mends the Roles and RoleBindings of worker and watcher, and takes away those it made.
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, list, watch, create, update, delete]
# Has what it grants the worker.
{{ include "pgwarden.rules.worker" . }}
# Has what it grants itself, also when its own Role is gone.
{{ include "pgwarden.rules.watcher" . }}
{{- end }}

{{/* Of the watcher in the cluster, where namespaces come and go. */}}
{{- define "pgwarden.rules.namespaces" -}}
# Is told of namespaces and their labels.
- apiGroups: ['']
  resources: [namespaces]
  verbs: [get, list, watch]
{{- if eq .Values.namespaces.mode "dynamic" }}
# Makes and labels those that are listed. It deletes none; the mode is found by this right, too.
- apiGroups: ['']
  resources: [namespaces]
  verbs: [create, update, delete]
{{- if .Values.namespaces.reconcileRBAC }}
{{ include "pgwarden.rules.local" . }}
{{- end }}
{{- end }}
{{- end }}

{{- define "pgwarden.rules.own.worker" -}}
# Knows by a random key whether a Secret changed, without keeping what is in it.
- apiGroups: ['']
  resources: [secrets]
  resourceNames: [pgwarden-version-key]
  verbs: [get]
# Makes that key; a right to create cannot be bound to a name.
- apiGroups: ['']
  resources: [secrets]
  verbs: [create]
{{- if has .Values.namespaces.mode (list "auto" "dynamic" "readonly") }}
# Is told by the watcher which namespaces are ours.
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: [{{ include "pgwarden.fullname" . }}-namespaces]
  verbs: [get, list, watch]
{{- end }}
{{- end }}

{{- define "pgwarden.rules.own.watcher" -}}
# Decides with the other watchers which of them does the work.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "pgwarden.fullname" . }}-watcher]
  verbs: [get, update]
# Makes the Lease for it; a right to create cannot be bound to a name.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
# Tells which namespaces are ours, and how it stands with each.
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: [{{ include "pgwarden.fullname" . }}-namespaces]
  verbs: [get, patch]
# Makes that ConfigMap; a right to create cannot be bound to a name.
- apiGroups: ['']
  resources: [configmaps]
  verbs: [create]
# Tells that the namespace mode changed.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}
