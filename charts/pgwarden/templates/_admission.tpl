{{/* The bounds of core/bounds, as far as CEL can check them in the resource. It rejects nothing that the worker accepts. */}}
{{- define "pgwarden.admission.variables" -}}
- name: spec
  expression: object.spec
- name: params
  expression: variables.spec.connection.?params.orValue({})
- name: roles
  expression: variables.spec.?roles.orValue([])
- name: schemas
  expression: variables.spec.?schemas.orValue([])
- name: profiles
  expression: variables.spec.?profiles.orValue({})
- name: grants
  expression: variables.spec.?grants.orValue([])
- name: defaults
  expression: variables.spec.?default_privileges.orValue([])
- name: memberships
  expression: variables.spec.?memberships.orValue([])
- name: ownership
  expression: variables.spec.?ownership.orValue([])
- name: retirements
  expression: variables.spec.?retirements.orValue([])
{{- range $index, $rule := .Values.bounds }}
- name: about{{ $index }}
  expression: {{ printf "(%s) && request.namespace.matches(%s)" (include "pgwarden.admission.ours" $) (include "pgwarden.admission.regex" $rule.namespaces) | quote }}
{{- end }}
{{- end }}

{{/* Whether this release manages the policies of a namespace. Another release can have other bounds. */}}
{{- define "pgwarden.admission.ours" -}}
{{- with .Values.namespaces -}}
{{- if eq .mode "all" -}}
true
{{- else if and (has .mode (list "auto" "disabled")) (not .list) -}}
request.namespace == {{ $.Release.Namespace | toJson }}
{{- else -}}
request.namespace in {{ .list | toJson }} || namespaceObject.metadata.?labels[?"pgwarden.io/installation"].orValue("") == {{ include "pgwarden.installation" $ | toJson }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Converts a list of names, in which * matches any characters, into a regular expression for CEL. */}}
{{- define "pgwarden.admission.regex" -}}
{{- $parts := list -}}
{{- range . }}{{ $parts = append $parts (regexQuoteMeta . | replace "\\*" ".*") }}{{ end -}}
{{ printf "(?s)^(?:%s)$" (join "|" $parts) | toJson }}
{{- end }}

{{/* The same for hosts, without ports: see core/bounds/host.ts. */}}
{{- define "pgwarden.admission.hosts" -}}
{{- $parts := list -}}
{{- range . -}}
{{- $host := . | lower | trimSuffix "." -}}
{{- if not (regexMatch "^[^\\[]*:[^:]*:" $host) -}}
{{- $host = regexReplaceAll ":[0-9]+$" $host "" | trimPrefix "[" | trimSuffix "]" -}}
{{- end -}}
{{- $source := regexQuoteMeta $host -}}
{{- if eq $host "*" -}}{{ $source = ".*" }}{{- end -}}
{{- $source = regexReplaceAll "^\\\\\\*\\\\\\." $source "(?:[^.]+[.])+" | replace "\\*" "[^.]*" -}}
{{- $parts = append $parts $source -}}
{{- end -}}
{{ printf "^(?:%s)[.]?$" (join "|" $parts) | toJson }}
{{- end }}

{{/* What a rule allows, with the words of the worker: (list "roles" (list "shop-*")). */}}
{{- define "pgwarden.admission.allows" -}}
{{- $field := index . 0 }}{{ $names := index . 1 -}}
{{- if not $names -}}
{{ $field }} is empty
{{- else if gt (len $names) 8 -}}
{{ $field }} are {{ join ", " (slice $names 0 8) }} and {{ sub (len $names) 8 }} more
{{- else -}}
{{ $field }} are {{ join ", " $names }}
{{- end -}}
{{- end }}

{{/*
One validation: (list index rule what names allowed). `names` is CEL for a list of texts, those out of bounds; `what` is said
before the first of them.
*/}}
{{- define "pgwarden.admission.names" -}}
{{- $index := index . 0 }}{{ $rule := index . 1 }}{{ $what := index . 2 }}{{ $names := index . 3 }}{{ $allowed := index . 4 -}}
{{- $said := printf "PolicyOutOfBounds: rule %s: %s" $rule.name $what }}
- expression: {{ printf "!variables.about%d || %s.size() == 0" (int $index) $names | quote }}
  message: {{ printf "%s, but %s" $said $allowed | quote }}
  messageExpression: {{ printf "%s + \" \\\"\" + %s[0] + \"\\\"\" + %s" ($said | toJson) $names (printf ", but %s" $allowed | toJson) | quote }}
  reason: Forbidden
{{- end }}

{{/* A check without names: (list index rule what good allowed). `good` is CEL for a truth. */}}
{{- define "pgwarden.admission.truth" -}}
{{- $index := index . 0 }}{{ $rule := index . 1 }}{{ $what := index . 2 }}{{ $good := index . 3 }}{{ $allowed := index . 4 }}
- expression: {{ printf "!variables.about%d || %s" (int $index) $good | quote }}
  message: {{ printf "PolicyOutOfBounds: rule %s: %s, but %s" $rule.name $what $allowed | quote }}
  reason: Forbidden
{{- end }}

{{/* All checks of a rule: (list index rule). */}}
{{- define "pgwarden.admission.rule" -}}
{{- $rule := index . 1 -}}
{{- include "pgwarden.admission.connection" . -}}
{{- if hasKey $rule "roles" }}{{ include "pgwarden.admission.roles" . }}{{ end -}}
{{- include "pgwarden.admission.groups" . -}}
{{- include "pgwarden.admission.attributes" . -}}
{{- if hasKey $rule "schemas" }}{{ include "pgwarden.admission.schemas" . }}{{ end -}}
{{- include "pgwarden.admission.privileges" . -}}
{{- include "pgwarden.admission.consents" . -}}
{{- end }}
