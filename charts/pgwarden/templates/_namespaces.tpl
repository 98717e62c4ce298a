{{- define "pgwarden.installation.name" -}}
{{ .Values.namespaces.installation | default (include "pgwarden.installation.default" .) }}
{{- end }}

{{/* As the cluster-wide names. One that is too long for the value of a label ends with a hash. */}}
{{- define "pgwarden.installation.default" -}}
{{- $name := include "pgwarden.clusterName" . -}}
{{- if gt (len $name) 63 -}}
{{- $hash := printf "%s/%s" (include "pgwarden.fullname" .) .Release.Namespace | sha256sum | trunc 6 -}}
{{- $name = printf "%s-%s" ($name | trunc 56 | trimSuffix "-") $hash -}}
{{- end -}}
{{ $name }}
{{- end }}

{{/* Value of the label by which namespaces and what we make in them belong to this installation. */}}
{{- define "pgwarden.installation" -}}
{{- $name := include "pgwarden.installation.name" . -}}
{{- if gt (len $name) 63 -}}
{{ fail (printf "namespaces.installation has more than the 63 characters of a label's value: %s" $name) }}
{{- end -}}
{{ $name }}
{{- end }}

{{/* Those that are listed, separated by commas. */}}
{{- define "pgwarden.namespaces.listed" -}}
{{- with .Values.namespaces -}}
{{- if and .list (eq .mode "all") -}}
{{ fail "namespaces.list and namespaces.mode=all contradict each other: set the mode to disabled, readonly or dynamic, or leave the list out" }}
{{- end -}}
{{ join "," .list }}
{{- end -}}
{{- end }}

{{/* Those in which the release makes Roles, separated by commas. In others the watcher does, or who administers them. */}}
{{- define "pgwarden.namespaces.targets" -}}
{{- $mode := .Values.namespaces.mode -}}
{{- if or (eq $mode "all") (and (eq $mode "dynamic") .Values.namespaces.reconcileRBAC) -}}
{{- else if and (has $mode (list "auto" "disabled")) (not .Values.namespaces.list) -}}
{{ .Release.Namespace }}
{{- else -}}
{{ include "pgwarden.namespaces.listed" . }}
{{- end -}}
{{- end }}

{{/* Whether the watcher is told which Roles to make: not empty if it is. */}}
{{- define "pgwarden.namespaces.reconciled" -}}
{{- if and .Values.namespaces.reconcileRBAC (ne .Values.namespaces.mode "all") -}}
true
{{- end -}}
{{- end }}

{{/* The Roles it is to make, and their bindings. */}}
{{- define "pgwarden.namespaces.wanted" -}}
{{- $items := list -}}
{{- range $right := list "worker" "watcher" -}}
{{- $items = append $items (include "pgwarden.target.role" (list $ $right "") | fromYaml) -}}
{{- $items = append $items (include "pgwarden.target.binding" (list $ $right "") | fromYaml) -}}
{{- end -}}
{{ toYaml (dict "apiVersion" "v1" "kind" "List" "items" $items) }}
{{- end }}

{{/* A right in a namespace with policies: (list $ "worker" "shop"). Without its name, for any such namespace. */}}
{{- define "pgwarden.target.role" -}}
{{- $root := index . 0 }}{{ $right := index . 1 -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  {{- include "pgwarden.target.metadata" . | nindent 2 }}
rules:
  {{- include (printf "pgwarden.rules.%s" $right) $root | nindent 2 }}
{{- end }}

{{/* What gives it to worker or watcher. */}}
{{- define "pgwarden.target.binding" -}}
{{- $root := index . 0 }}{{ $right := index . 1 -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  {{- include "pgwarden.target.metadata" . | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ include "pgwarden.clusterName" $root }}-{{ $right }}
subjects:
  - kind: ServiceAccount
    name: {{ include "pgwarden.serviceAccountName" (list $root (include "pgwarden.target.component" .)) }}
    namespace: {{ $root.Release.Namespace }}
{{- end }}

{{- define "pgwarden.target.metadata" -}}
{{- $root := index . 0 }}{{ $right := index . 1 -}}
name: {{ include "pgwarden.clusterName" $root }}-{{ $right }}
{{- with index . 2 }}
namespace: {{ . }}
{{- end }}
labels:
  {{- include "pgwarden.labels" $root | nindent 2 }}
  {{- include "pgwarden.selectorLabels" $root | nindent 2 }}
  app.kubernetes.io/component: {{ include "pgwarden.target.component" . }}
  pgwarden.io/installation: {{ include "pgwarden.installation" $root | quote }}
{{- end }}

{{/* The right to make Roles is the watcher's. */}}
{{- define "pgwarden.target.component" -}}
{{ eq (index . 1) "worker" | ternary "worker" "watcher" }}
{{- end }}
