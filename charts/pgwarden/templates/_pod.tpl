{{/* Settings of all pods. */}}
{{- define "pgwarden.pod.scheduling" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "pgwarden.pod.labels" -}}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- with .Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What a component reads from files: (list $ "worker"). */}}
{{- define "pgwarden.pod.mounts" -}}
{{- $root := index . 0 }}{{ $component := index . 1 -}}
- { name: tmp, mountPath: /tmp }
{{- if and (eq $component "watcher") (include "pgwarden.namespaces.reconciled" $root) }}
- { name: rbac, mountPath: /etc/pgwarden-rbac, readOnly: true }
{{- end }}
{{- if and (eq $component "worker") $root.Values.bounds }}
- { name: bounds, mountPath: /etc/pgwarden-bounds, readOnly: true }
{{- end }}
{{- with include "pgwarden.temporal.mounts" $root | trim }}
{{ . }}
{{- end }}
{{- with $root.Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "pgwarden.pod.volumes" -}}
{{- $root := index . 0 }}{{ $component := index . 1 -}}
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
{{- if and (eq $component "watcher") (include "pgwarden.namespaces.reconciled" $root) }}
- name: rbac
  configMap: { name: {{ include "pgwarden.fullname" $root }}-rbac }
{{- end }}
{{- if and (eq $component "worker") $root.Values.bounds }}
- name: bounds
  configMap: { name: {{ include "pgwarden.fullname" $root }}-bounds }
{{- end }}
{{- with include "pgwarden.temporal.volumes" $root | trim }}
{{ . }}
{{- end }}
{{- with $root.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* (list $ "worker"), or with a zone (list $ "worker" $zone). */}}
{{- define "pgwarden.pod.env" -}}
{{- $root := index . 0 }}{{ $component := index . 1 }}{{ $zone := include "pgwarden.zone" . | fromYaml -}}
- name: PGWARDEN_SOURCE
  value: kubernetes
{{ include "pgwarden.pod.env.namespaces" . }}
{{- if and (eq $component "worker") $root.Values.bounds }}
- name: PGWARDEN_BOUNDS_FILE
  value: /etc/pgwarden-bounds/bounds.yaml
{{- end }}
{{- if eq $component "worker" }}
- name: PGWARDEN_CONNECTIONS_PER_SERVER
  value: {{ $root.Values.worker.connectionsPerServer | quote }}
{{- with $zone.name }}
- name: PGWARDEN_ZONE
  value: {{ . | quote }}
{{- end }}
{{- end }}
- name: POD_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
- name: POD_NAMESPACE
  valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
- name: PGWARDEN_LEASE_NAME
  value: {{ include "pgwarden.fullname" $root }}-watcher
- name: PGWARDEN_HTTP_ADDR
  value: ':8080'
- name: LOG_LEVEL
  value: {{ $root.Values.logLevel }}
{{ include "pgwarden.temporal.env" $root }}
{{- with $root.Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- with (index $root.Values $component).extraEnv }}
{{ toYaml . }}
{{- end }}
{{- with $zone.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "pgwarden.pod.env.namespaces" -}}
{{- $root := index . 0 }}{{ $component := index . 1 -}}
- name: PGWARDEN_NAMESPACES_MODE
  value: {{ $root.Values.namespaces.mode }}
- name: PGWARDEN_WATCH_NAMESPACES
  value: {{ include "pgwarden.namespaces.listed" $root | quote }}
{{- /* Mode all uses no label, so a value that is too long is no error. */}}
{{- if or (ne $root.Values.namespaces.mode "all") (le (len (include "pgwarden.installation.name" $root)) 63) }}
- name: PGWARDEN_INSTALLATION
  value: {{ include "pgwarden.installation" $root | quote }}
{{- end }}
- name: PGWARDEN_NAMESPACES_CONFIGMAP
  value: {{ include "pgwarden.fullname" $root }}-namespaces
{{- if eq $component "watcher" }}
- name: PGWARDEN_WORKER_SERVICE_ACCOUNT
  value: {{ include "pgwarden.serviceAccountName" (list $root "worker") }}
- name: PGWARDEN_RECONCILE_RBAC
  value: {{ $root.Values.namespaces.reconcileRBAC | quote }}
{{- if include "pgwarden.namespaces.reconciled" $root }}
- name: PGWARDEN_RBAC_FILE
  value: /etc/pgwarden-rbac/rbac.yaml
{{- end }}
{{- end }}
{{- end }}

{{- define "pgwarden.pod.probes" -}}
startupProbe:
  httpGet: { path: /livez, port: http }
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /livez, port: http }
  {{- toYaml .Values.livenessProbe | nindent 2 }}
readinessProbe:
  httpGet: { path: /readyz, port: http }
  {{- toYaml .Values.readinessProbe | nindent 2 }}
{{- end }}

{{- define "pgwarden.pod.spread" -}}
{{- $root := index . 0 }}{{ $component := include "pgwarden.component" . -}}
{{- $found := include "pgwarden.selectorLabels" $root | fromYaml -}}
{{- $selector := dict "labelSelector" (dict "matchLabels" (set $found "app.kubernetes.io/component" $component)) -}}
{{- $softly := dict "maxSkew" 1 "topologyKey" "kubernetes.io/hostname" "whenUnsatisfiable" "ScheduleAnyway" -}}
{{- $all := list -}}
{{- range $root.Values.topologySpreadConstraints | default (list $softly) -}}
{{- $all = append $all (merge (deepCopy .) $selector) -}}
{{- end -}}
{{ toYaml $all }}
{{- end }}

{{/* Pods wait for the evaluation Temporal server. Otherwise they would exit, and Kubernetes would delay each restart longer. */}}
{{- define "pgwarden.pod.wait" -}}
- name: wait-for-temporal
  image: {{ include "pgwarden.image" . | quote }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  command:
    - node
    - --input-type=commonjs
    - --eval
    - |
      const { hostname: host, port } = new URL(`tcp://${process.env.TEMPORAL_ADDRESS}`);
      const knock = () =>
        require('node:net')
          .connect({ host, port })
          .once('connect', () => process.exit())
          .once('error', () => setTimeout(knock, 250));
      knock();
  env:
    - name: TEMPORAL_ADDRESS
      value: {{ include "pgwarden.temporal.address" . | quote }}
  resources:
    requests: { cpu: 10m, memory: 64Mi }
    limits: { cpu: 200m, memory: 128Mi }
  securityContext:
    {{- toYaml .Values.securityContext | nindent 4 }}
{{- end }}
