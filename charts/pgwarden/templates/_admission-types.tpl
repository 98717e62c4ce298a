{{/* Made from the object types in core/ by `npm run crd`; do not edit. */}}

{{/* Types of objects outside schemas, but databases. */}}
{{- define "pgwarden.admission.types.outsideSchemas" -}}
["foreign_data_wrapper","foreign_server","language","large_object","parameter","tablespace"]
{{- end }}

{{/* Types of objects outside schemas that have owners. */}}
{{- define "pgwarden.admission.types.ownedOutsideSchemas" -}}
["database","foreign_data_wrapper","foreign_server","language","large_object","tablespace"]
{{- end }}

{{/* Privileges on a database beyond entering it. */}}
{{- define "pgwarden.admission.types.databasePrivileges" -}}
["CREATE"]
{{- end }}
