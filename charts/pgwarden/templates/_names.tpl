{{- define "pgwarden.name" -}}
{{ .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* First part of the names of all resources; the longest suffix has 16 characters. */}}
{{- define "pgwarden.fullname" -}}
{{- $name := include "pgwarden.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{ .Values.fullnameOverride | default $full | trunc 47 | trimSuffix "-" }}
{{- end }}

{{/*
The names of cluster-wide resources contain the namespace, because two installations can have the same release name. If the
first part has a dash, two names can be equal, as for pgwarden-a in b and pgwarden in a-b. A hash then makes them different.
*/}}
{{- define "pgwarden.clusterName" -}}
{{- $full := include "pgwarden.fullname" . -}}
{{ $full }}-{{ .Release.Namespace }}
{{- if contains "-" $full -}}
-{{ printf "%s/%s" $full .Release.Namespace | sha256sum | trunc 6 }}
{{- end -}}
{{- end }}

{{- define "pgwarden.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Selector labels of the worker and the watcher together. */}}
{{- define "pgwarden.selectorLabels" -}}
app.kubernetes.io/name: {{ include "pgwarden.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pgwarden.devServer.selectorLabels" -}}
app.kubernetes.io/name: {{ include "pgwarden.name" . }}-temporal
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pgwarden.codecServer.selectorLabels" -}}
app.kubernetes.io/name: {{ include "pgwarden.name" . }}-codec
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Different labels, so that the metrics Service does not select the pod of `helm test`. */}}
{{- define "pgwarden.doctor.selectorLabels" -}}
app.kubernetes.io/name: {{ include "pgwarden.name" . }}-doctor
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Name of the ServiceAccount of a component: (list $ "worker"). */}}
{{- define "pgwarden.serviceAccountName" -}}
{{- $root := index . 0 }}{{ $component := index . 1 -}}
{{- $account := (index $root.Values $component).serviceAccount -}}
{{- if $account.name -}}
{{ $account.name }}
{{- else if $account.create -}}
{{ include "pgwarden.fullname" $root }}-{{ $component }}
{{- else -}}
{{ fail (printf "%s.serviceAccount.name is required when %s.serviceAccount.create is false" $component $component) }}
{{- end -}}
{{- end }}

{{- define "pgwarden.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}
