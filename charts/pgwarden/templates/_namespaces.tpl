{{- define "pgwarden.installation.name" -}}
{{ .Values.namespaces.installation | default (include "pgwarden.installation.default" .) }}
{{- end }}

{{/* The default is derived like cluster-wide names. A name that is too long for a label value ends with a hash. */}}
{{- define "pgwarden.installation.default" -}}
{{- $name := include "pgwarden.clusterName" . -}}
{{- if gt (len $name) 63 -}}
{{- $hash := printf "%s/%s" (include "pgwarden.fullname" .) .Release.Namespace | sha256sum | trunc 6 -}}
{{- $name = printf "%s-%s" ($name | trunc 56 | trimSuffix "-") $hash -}}
{{- end -}}
{{ $name }}
{{- end }}

{{/* Value of the label on the namespaces of this installation, and on the resources that it creates in them. */}}
{{- define "pgwarden.installation" -}}
{{- $name := include "pgwarden.installation.name" . -}}
{{- if gt (len $name) 63 -}}
{{ fail (printf "namespaces.installation is longer than the 63 characters of a label value: %s" $name) }}
{{- end -}}
{{ $name }}
{{- end }}

{{/* The listed namespaces, separated by commas. */}}
{{- define "pgwarden.namespaces.listed" -}}
{{- with .Values.namespaces -}}
{{- if and .list (eq .mode "all") -}}
{{ fail "namespaces.list and namespaces.mode=all contradict each other: set the mode to disabled, readonly or dynamic, or omit the list" }}
{{- end -}}
{{ join "," .list }}
{{- end -}}
{{- end }}

{{/* The namespaces in which the release creates Roles, separated by commas. In others, the watcher or an administrator creates them. */}}
{{- define "pgwarden.namespaces.targets" -}}
{{- $mode := .Values.namespaces.mode -}}
{{- if or (eq $mode "all") (and (eq $mode "dynamic") .Values.namespaces.reconcileRBAC) -}}
{{- else if and (has $mode (list "auto" "disabled")) (not .Values.namespaces.list) -}}
{{ .Release.Namespace }}
{{- else -}}
{{ include "pgwarden.namespaces.listed" . }}
{{- end -}}
{{- end }}

{{/* Not empty if the watcher creates Roles. */}}
{{- define "pgwarden.namespaces.reconciled" -}}
{{- if and .Values.namespaces.reconcileRBAC (ne .Values.namespaces.mode "all") -}}
true
{{- end -}}
{{- end }}

{{/* The Roles and bindings that the watcher creates. */}}
{{- define "pgwarden.namespaces.wanted" -}}
{{- $items := list -}}
{{- range $right := list "worker" "watcher" -}}
{{- $items = append $items (include "pgwarden.target.role" (list $ $right "") | fromYaml) -}}
{{- $items = append $items (include "pgwarden.target.binding" (list $ $right "") | fromYaml) -}}
{{- end -}}
{{ toYaml (dict "apiVersion" "v1" "kind" "List" "items" $items) }}
{{- end }}

{{/* The Role in a namespace with policies: (list $ "worker" "shop"). Without a name, for every such namespace. */}}
{{- define "pgwarden.target.role" -}}
{{- $root := index . 0 }}{{ $right := index . 1 -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  {{- include "pgwarden.target.metadata" . | nindent 2 }}
rules:
  {{- include (printf "pgwarden.rules.%s" $right) $root | nindent 2 }}
{{- end }}

{{/* The RoleBinding of that Role. */}}
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

{{/* Only the watcher has permission to create Roles. */}}
{{- define "pgwarden.target.component" -}}
{{ eq (index . 1) "worker" | ternary "worker" "watcher" }}
{{- end }}
