{{/* The zone of a worker, as YAML; empty for the worker without a zone: (list $ "worker" $zone). */}}
{{- define "pgwarden.zone" -}}
{{- if gt (len .) 2 }}{{ index . 2 | toYaml }}{{ else }}{}{{ end -}}
{{- end }}

{{/* The component, with the zone if there is one: worker, worker-eu or watcher. */}}
{{- define "pgwarden.component" -}}
{{- $zone := include "pgwarden.zone" . | fromYaml -}}
{{ index . 1 }}{{ with $zone.name }}-{{ . }}{{ end }}
{{- end }}

{{/* Names of all components with pods of the image, separated by spaces. */}}
{{- define "pgwarden.components" -}}
worker watcher{{ range .Values.worker.zones }} worker-{{ .name }}{{ end }}
{{- end }}

{{/* Number of replicas: (list $ "worker"), or with a zone (list $ "worker" $zone). */}}
{{- define "pgwarden.replicas" -}}
{{- $zone := include "pgwarden.zone" . | fromYaml -}}
{{- if hasKey $zone "replicas" }}{{ $zone.replicas }}{{ else }}{{ (index (index . 0).Values (index . 1)).replicas }}{{ end -}}
{{- end }}

{{/* A Deployment of the image: (list $ "worker"), or with a zone (list $ "worker" $zone). */}}
{{- define "pgwarden.deployment" -}}
{{- $root := index . 0 }}{{ $component := include "pgwarden.component" . -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "pgwarden.fullname" $root }}-{{ $component }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "pgwarden.labels" $root | nindent 4 }}
    {{- include "pgwarden.selectorLabels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ $component }}
spec:
  replicas: {{ include "pgwarden.replicas" . }}
  selector:
    matchLabels:
      {{- include "pgwarden.selectorLabels" $root | nindent 6 }}
      app.kubernetes.io/component: {{ $component }}
  template:
    {{- include "pgwarden.pod" . | nindent 4 }}
{{- end }}

{{/* The template of the pods: (list $ "worker"), or with a zone (list $ "worker" $zone). */}}
{{- define "pgwarden.pod" -}}
{{- $root := index . 0 }}{{ $program := index . 1 }}{{ $zone := include "pgwarden.zone" . | fromYaml -}}
{{- $component := include "pgwarden.component" . -}}
{{- $makesRoles := and (eq $program "watcher") (include "pgwarden.namespaces.reconciled" $root) -}}
metadata:
  annotations:
    kubectl.kubernetes.io/default-container: {{ $program }}
    {{- if $makesRoles }}
    {{- /* The process reads them only when it starts. */}}
    checksum/rbac: {{ include "pgwarden.namespaces.wanted" $root | sha256sum }}
    {{- end }}
    {{- with $root.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  labels:
    {{- with include "pgwarden.pod.labels" $root | trim }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- include "pgwarden.selectorLabels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ $component }}
spec:
  serviceAccountName: {{ include "pgwarden.serviceAccountName" . }}
  automountServiceAccountToken: true
  enableServiceLinks: false
  # Running activities have 30 seconds to finish. After 60 seconds at the latest they are rolled back.
  terminationGracePeriodSeconds: 60
  {{- with include "pgwarden.pod.scheduling" (dict "Values" (include "pgwarden.scheduling" . | fromYaml)) | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  topologySpreadConstraints:
    {{- include "pgwarden.pod.spread" . | nindent 4 }}
  securityContext:
    {{- toYaml $root.Values.podSecurityContext | nindent 4 }}
  {{- if and $root.Values.devServer.enabled (eq $program "worker") }}
  initContainers:
    {{- include "pgwarden.pod.wait" $root | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ $program }}
      image: {{ include "pgwarden.image" $root | quote }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      {{- /* A small young generation, because much of the memory would otherwise be garbage. The worker has two of them. */}}
      command: [node, --max-semi-space-size={{ if eq $program "watcher" }}2{{ else }}4{{ end }}, dist/{{ $program }}/main.js]
      env:
        {{- include "pgwarden.pod.env" . | nindent 8 }}
      ports:
        - { name: http, containerPort: 8080 }
      {{- include "pgwarden.pod.probes" $root | nindent 6 }}
      resources:
        {{- toYaml ($zone.resources | default (index $root.Values $program).resources) | nindent 8 }}
      securityContext:
        {{- toYaml $root.Values.securityContext | nindent 8 }}
      volumeMounts:
        {{- include "pgwarden.pod.mounts" . | nindent 8 }}
  volumes:
    {{- include "pgwarden.pod.volumes" . | nindent 4 }}
{{- end }}

{{/* Where the pods run, as YAML. A zone can name other nodes. */}}
{{- define "pgwarden.scheduling" -}}
{{- $values := (index . 0).Values }}{{ $zone := include "pgwarden.zone" . | fromYaml -}}
{{- $all := pick $values "imagePullSecrets" "priorityClassName" "nodeSelector" "tolerations" "affinity" -}}
{{- range $key := list "nodeSelector" "tolerations" "affinity" -}}
{{- if hasKey $zone $key }}{{ $_ := set $all $key (index $zone $key) }}{{ end -}}
{{- end -}}
{{ toYaml $all }}
{{- end }}
