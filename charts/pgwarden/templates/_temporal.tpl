{{- define "pgwarden.temporal.address" -}}
{{- if .Values.devServer.enabled -}}
{{- if .Values.temporal.address }}{{ fail "temporal.address and devServer.enabled contradict each other: set only one of them" }}{{ end -}}
{{ include "pgwarden.fullname" . }}-temporal.{{ .Release.Namespace }}.svc:7233
{{- else -}}
{{ required "temporal.address is required: host:port of your Temporal frontend. To try pgwarden without one, set devServer.enabled=true" .Values.temporal.address }}
{{- end -}}
{{- end }}

{{- define "pgwarden.temporal.port" -}}
{{ include "pgwarden.temporal.address" . | splitList ":" | last }}
{{- end }}

{{/* Environment variables that Temporal's own tools also read. See @temporalio/envconfig. */}}
{{- define "pgwarden.temporal.env" -}}
{{- with .Values.temporal -}}
- name: TEMPORAL_ADDRESS
  value: {{ include "pgwarden.temporal.address" $ | quote }}
- name: TEMPORAL_NAMESPACE
  value: {{ .namespace | quote }}
- name: TEMPORAL_TASK_QUEUE
  value: {{ .taskQueue | quote }}
{{- if or .tls.enabled .tls.serverName .tls.caSecretRef.name .tls.clientSecretRef.name .apiKeySecretRef.name }}
- name: TEMPORAL_TLS
  value: 'true'
{{- end }}
{{- with .tls.serverName }}
- name: TEMPORAL_TLS_SERVER_NAME
  value: {{ . | quote }}
{{- end }}
{{- if .tls.caSecretRef.name }}
- name: TEMPORAL_TLS_SERVER_CA_CERT_PATH
  value: /etc/temporal/ca/{{ .tls.caSecretRef.key }}
{{- end }}
{{- if .tls.clientSecretRef.name }}
- name: TEMPORAL_TLS_CLIENT_CERT_PATH
  value: /etc/temporal/client/tls.crt
- name: TEMPORAL_TLS_CLIENT_KEY_PATH
  value: /etc/temporal/client/tls.key
{{- end }}
{{- if .apiKeySecretRef.name }}
- name: TEMPORAL_API_KEY
  valueFrom:
    secretKeyRef:
      {{- toYaml .apiKeySecretRef | nindent 6 }}
{{- end }}
{{- if .encryptionSecretRef.name }}
- name: PGWARDEN_ENCRYPTION_KEYS
  value: /etc/pgwarden-keys
{{- end }}
{{- end }}
{{- end }}

{{- define "pgwarden.temporal.mounts" -}}
{{- if .Values.temporal.encryptionSecretRef.name }}
- name: keys
  mountPath: /etc/pgwarden-keys
  readOnly: true
{{- end }}
{{- with .Values.temporal.tls }}
{{- if .caSecretRef.name }}
- name: temporal-ca
  mountPath: /etc/temporal/ca
  readOnly: true
{{- end }}
{{- if .clientSecretRef.name }}
- name: temporal-client
  mountPath: /etc/temporal/client
  readOnly: true
{{- end }}
{{- end }}
{{- end }}

{{- define "pgwarden.temporal.volumes" -}}
{{- with .Values.temporal.encryptionSecretRef.name }}
- name: keys
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .Values.temporal.tls }}
{{- with .caSecretRef.name }}
- name: temporal-ca
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .clientSecretRef.name }}
- name: temporal-client
  secret:
    secretName: {{ . }}
{{- end }}
{{- end }}
{{- end }}
