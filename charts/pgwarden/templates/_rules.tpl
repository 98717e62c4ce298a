{{/* One rule for each need, in namespaces with policies. */}}
{{- define "pgwarden.rules.worker" -}}
# Reads the policy that it reconciles. Lists policies to rebuild claims from their statuses.
- apiGroups: [pgroles.io]
  resources: [postgrespolicies]
  verbs: [get, list]
# Adds and removes the finalizer of a policy with deletion_policy: Revoke. RBAC cannot limit patch to finalizers.
- apiGroups: [pgroles.io]
  resources: [postgrespolicies]
  verbs: [patch]
# Writes the status of a policy.
- apiGroups: [pgroles.io]
  resources: [postgrespolicies/status]
  verbs: [patch]
# Reads the Secrets that policies refer to, one by one, and creates Secrets for generated passwords. It changes and deletes none.
- apiGroups: ['']
  resources: [secrets]
  verbs: [get, create]
# Records Events of a policy.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}

{{- define "pgwarden.rules.watcher" -}}
# Watches policies.
- apiGroups: [pgroles.io]
  resources: [postgrespolicies]
  verbs: [list, watch]
# Watches Secrets. It requests only metadata, but Kubernetes has no narrower permission.
- apiGroups: ['']
  resources: [secrets]
  verbs: [list, watch]
{{- if ne .Values.namespaces.mode "all" }}
# Checks whether the worker has its permissions in the namespace.
- apiGroups: [authorization.k8s.io]
  resources: [localsubjectaccessreviews]
  verbs: [create]
# Writes missing permissions of the worker into the statuses of policies, because the worker itself may lack permission to write them.
- apiGroups: [pgroles.io]
  resources: [postgrespolicies/status]
  verbs: [patch]
{{- end }}
{{- end }}

{{/* Permissions of the watcher if it creates Roles. It needs every permission that it grants. */}}
{{- define "pgwarden.rules.local" -}}
# Creates and restores the Roles and RoleBindings of the worker and the watcher, and deletes those it created.
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, list, watch, create, update, delete]
# Permissions that it grants to the worker.
{{ include "pgwarden.rules.worker" . }}
# Permissions that it grants to itself, so that it can restore its own Role.
{{ include "pgwarden.rules.watcher" . }}
{{- end }}

{{/* Cluster-wide permissions of the watcher, in modes with a changing set of namespaces. */}}
{{- define "pgwarden.rules.namespaces" -}}
# Watches namespaces and their labels.
- apiGroups: ['']
  resources: [namespaces]
  verbs: [get, list, watch]
{{- if eq .Values.namespaces.mode "dynamic" }}
# Creates and labels listed namespaces, and deletes none. In mode auto, this permission means dynamic.
- apiGroups: ['']
  resources: [namespaces]
  verbs: [create, update, delete]
{{- if .Values.namespaces.reconcileRBAC }}
{{ include "pgwarden.rules.local" . }}
{{- end }}
{{- end }}
{{- end }}

{{- define "pgwarden.rules.own.worker" -}}
# Reads a random key, with which it detects changes of Secrets without storing their values.
- apiGroups: ['']
  resources: [secrets]
  resourceNames: [pgwarden-version-key]
  verbs: [get]
# Creates that key. RBAC cannot limit create to a name.
- apiGroups: ['']
  resources: [secrets]
  verbs: [create]
{{- if has .Values.namespaces.mode (list "auto" "dynamic" "readonly") }}
# Reads from the watcher which namespaces belong to this installation.
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: [{{ include "pgwarden.fullname" . }}-namespaces]
  verbs: [get, list, watch]
{{- end }}
{{- end }}

{{- define "pgwarden.rules.own.watcher" -}}
# Elects the active watcher with a Lease.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "pgwarden.fullname" . }}-watcher]
  verbs: [get, update]
# Creates that Lease. RBAC cannot limit create to a name.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
# Reports the namespaces of this installation and the state of each.
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: [{{ include "pgwarden.fullname" . }}-namespaces]
  verbs: [get, patch]
# Creates that ConfigMap. RBAC cannot limit create to a name.
- apiGroups: ['']
  resources: [configmaps]
  verbs: [create]
# Records an Event when the namespace mode changes.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}
