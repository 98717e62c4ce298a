{{/* What all pods have in common. */}}
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

{{/* A Deployment of the image: (list $ "worker"). */}}
{{- define "pgwarden.deployment" -}}
{{- $root := index . 0 }}{{ $component := index . 1 -}}
{{- $values := index $root.Values $component -}}
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
  replicas: {{ $values.replicas }}
  selector:
    matchLabels:
      {{- include "pgwarden.selectorLabels" $root | nindent 6 }}
      app.kubernetes.io/component: {{ $component }}
  template:
    metadata:
      annotations:
        kubectl.kubernetes.io/default-container: {{ $component }}
        {{- with $root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      labels:
        {{- with include "pgwarden.pod.labels" $root | trim }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- include "pgwarden.selectorLabels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ $component }}
    spec:
      serviceAccountName: {{ include "pgwarden.serviceAccountName" . }}
      automountServiceAccountToken: true
      enableServiceLinks: false
      # Running activities get half a minute to end, and are rolled back after a minute at the latest.
      terminationGracePeriodSeconds: 60
      {{- with include "pgwarden.pod.scheduling" $root | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      topologySpreadConstraints:
        {{- include "pgwarden.pod.spread" . | nindent 8 }}
      securityContext:
        {{- toYaml $root.Values.podSecurityContext | nindent 8 }}
      {{- if and $root.Values.devServer.enabled (eq $component "worker") }}
      initContainers:
        {{- include "pgwarden.pod.wait" $root | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ $component }}
          image: {{ include "pgwarden.image" $root | quote }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          {{- /* A watcher has little to do and much to keep: most of its memory would be what is not collected yet. */}}
          command: [node, {{ if eq $component "watcher" }}--max-semi-space-size=2, {{ end }}dist/{{ $component }}/main.js]
          env:
            {{- include "pgwarden.pod.env" . | nindent 12 }}
          ports:
            - { name: http, containerPort: 8080 }
          {{- include "pgwarden.pod.probes" $root | nindent 10 }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          securityContext:
            {{- toYaml $root.Values.securityContext | nindent 12 }}
          volumeMounts:
            - { name: tmp, mountPath: /tmp }
            {{- with include "pgwarden.temporal.mounts" $root | trim }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- with $root.Values.extraVolumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        - name: tmp
          emptyDir: { sizeLimit: 64Mi }
        {{- with include "pgwarden.temporal.volumes" $root | trim }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with $root.Values.extraVolumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end }}

{{- define "pgwarden.pod.env" -}}
{{- $root := index . 0 }}{{ $component := index . 1 -}}
- name: PGWARDEN_SOURCE
  value: kubernetes
- name: PGWARDEN_WATCH_NAMESPACES
  value: {{ join "," $root.Values.watchNamespaces | quote }}
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
{{- $root := index . 0 }}{{ $component := index . 1 -}}
{{- $found := include "pgwarden.selectorLabels" $root | fromYaml -}}
{{- $selector := dict "labelSelector" (dict "matchLabels" (set $found "app.kubernetes.io/component" $component)) -}}
{{- $softly := dict "maxSkew" 1 "topologyKey" "kubernetes.io/hostname" "whenUnsatisfiable" "ScheduleAnyway" -}}
{{- $all := list -}}
{{- range $root.Values.topologySpreadConstraints | default (list $softly) -}}
{{- $all = append $all (merge (deepCopy .) $selector) -}}
{{- end -}}
{{ toYaml $all }}
{{- end }}

{{/* Who needs Temporal at its start waits for that of an evaluation, instead of ending and being restarted later and later. */}}
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
