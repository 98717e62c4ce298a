{{/* A ClusterRole and its binding: (list $ "namespaces" "watcher"). */}}
{{- define "pgwarden.cluster.role" -}}
{{- $root := index . 0 }}{{ $right := index . 1 }}{{ $component := index . 2 -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  {{- include "pgwarden.cluster.metadata" . | nindent 2 }}
rules:
  {{- include (printf "pgwarden.rules.%s" $right) $root | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  {{- include "pgwarden.cluster.metadata" . | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ include "pgwarden.clusterName" $root }}-{{ $right }}
subjects:
  - kind: ServiceAccount
    name: {{ include "pgwarden.serviceAccountName" (list $root $component) }}
    namespace: {{ $root.Release.Namespace }}
{{- end }}

{{- define "pgwarden.cluster.metadata" -}}
{{- $root := index . 0 -}}
name: {{ include "pgwarden.clusterName" $root }}-{{ index . 1 }}
labels:
  {{- include "pgwarden.labels" $root | nindent 2 }}
  {{- include "pgwarden.selectorLabels" $root | nindent 2 }}
  app.kubernetes.io/component: {{ index . 2 }}
{{- end }}
