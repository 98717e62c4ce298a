{{- define "pgwarden.admission.connection" -}}
{{- $index := index . 0 }}{{ $rule := index . 1 -}}
{{- if hasKey $rule "hosts" -}}
{{- $hosts := printf "(has(variables.params.host) ? variables.params.host.split(\",\").map(h, h.trim().replace(\"[\", \"\").replace(\"]\", \"\")) : []).filter(h, !h.lowerAscii().matches(%s))" (include "pgwarden.admission.hosts" $rule.hosts) -}}
{{- include "pgwarden.admission.names" (list $index $rule "connects to host" $hosts (include "pgwarden.admission.allows" (list "hosts" $rule.hosts))) -}}
{{- end -}}
{{- if hasKey $rule "databases" -}}
{{- $names := printf "(has(variables.params.dbname) ? [variables.params.dbname.trim()] : []).filter(d, !d.matches(%s))" (include "pgwarden.admission.regex" $rule.databases) -}}
{{- include "pgwarden.admission.names" (list $index $rule "connects to database" $names (include "pgwarden.admission.allows" (list "databases" $rule.databases))) -}}
{{- end -}}
{{- if hasKey $rule "connected_roles" -}}
{{- $names := printf "(has(variables.params.setRole) ? [variables.params.setRole] : has(variables.params.username) ? [variables.params.username.trim()] : []).filter(r, !r.matches(%s))" (include "pgwarden.admission.regex" $rule.connected_roles) -}}
{{- include "pgwarden.admission.names" (list $index $rule "connects as role" $names (include "pgwarden.admission.allows" (list "connected_roles" $rule.connected_roles))) -}}
{{- end -}}
{{- if hasKey $rule "cloud_identities" -}}
{{- $types := printf "(has(variables.params.auth) ? [variables.params.auth.type] : []).filter(t, !(t in %s))" (toJson $rule.cloud_identities) -}}
{{- include "pgwarden.admission.names" (list $index $rule "logs in with the cloud identity" $types (include "pgwarden.admission.allows" (list "cloud_identities" $rule.cloud_identities))) -}}
{{- end -}}
{{- if hasKey $rule "zones" -}}
{{- $names := printf "[variables.spec.connection.?zone.orValue(\"default\")].filter(z, !z.matches(%s))" (include "pgwarden.admission.regex" $rule.zones) -}}
{{- include "pgwarden.admission.names" (list $index $rule "uses zone" $names (include "pgwarden.admission.allows" (list "zones" $rule.zones))) -}}
{{- end -}}
{{- if hasKey $rule "connection_secrets" -}}
{{- $matches := include "pgwarden.admission.regex" $rule.connection_secrets -}}
{{- $names := printf "[variables.spec.connection.?secretRef.?name.orValue(\"\")%s].filter(s, s != \"\" && !s.matches(%s))" (include "pgwarden.admission.selectors" .) $matches -}}
{{- include "pgwarden.admission.names" (list $index $rule "reads its connection from Secret" $names (include "pgwarden.admission.allows" (list "connection_secrets" $rule.connection_secrets))) -}}
{{- end -}}
{{- if hasKey $rule "password_secrets" -}}
{{- $names := printf "variables.roles.map(r, r.?password.?secretRef.?name.orValue(r.?password.?generate.?secretName.orValue(\"\"))).filter(s, s != \"\" && !s.matches(%s))" (include "pgwarden.admission.regex" $rule.password_secrets) -}}
{{- include "pgwarden.admission.names" (list $index $rule "keeps a password in Secret" $names (include "pgwarden.admission.allows" (list "password_secrets" $rule.password_secrets))) -}}
{{- end -}}
{{- if hasKey $rule "modes" -}}
{{- $names := printf "[variables.spec.?mode.orValue(\"apply\").replace(\"observe\", \"plan\")].filter(m, !(m in %s))" (toJson $rule.modes) -}}
{{- include "pgwarden.admission.names" (list $index $rule "has mode" $names (include "pgwarden.admission.allows" (list "modes" $rule.modes))) -}}
{{- end -}}
{{- if hasKey $rule "reconciliation_modes" -}}
{{- $names := printf "[variables.spec.?reconciliation_mode.orValue(\"authoritative\")].filter(m, !(m in %s))" (toJson $rule.reconciliation_modes) -}}
{{- include "pgwarden.admission.names" (list $index $rule "has reconciliation_mode" $names (include "pgwarden.admission.allows" (list "reconciliation_modes" $rule.reconciliation_modes))) -}}
{{- end -}}
{{- end }}

{{/* A cloud identity although no rule has hosts, or none has connected_roles: (list rules field). */}}
{{- define "pgwarden.admission.identities" -}}
{{- $field := index . 1 -}}
{{- $about := list -}}{{ $bounded := list "false" -}}
{{- range $index, $rule := index . 0 -}}
{{- $about = append $about (printf "variables.about%d" $index) -}}
{{- if hasKey $rule $field }}{{ $bounded = append $bounded (printf "variables.about%d" $index) }}{{ end -}}
{{- end }}
- expression: {{ printf "!has(variables.params.auth) || !(%s) || %s" (join " || " $about) (join " || " $bounded) | quote }}
  message: {{ printf "PolicyOutOfBounds: logs in with a cloud identity, but no rule about the namespace has %s" $field | quote }}
  reason: Forbidden
{{- end }}

{{/* A zone although no rule has zones: (list rules). */}}
{{- define "pgwarden.admission.zones" -}}
{{- $about := list -}}{{ $bounded := list "false" -}}
{{- range $index, $rule := index . 0 -}}
{{- $about = append $about (printf "variables.about%d" $index) -}}
{{- if hasKey $rule "zones" }}{{ $bounded = append $bounded (printf "variables.about%d" $index) }}{{ end -}}
{{- end }}
- expression: {{ printf "variables.spec.connection.?zone.orValue(\"default\") == \"default\" || !(%s) || %s" (join " || " $about) (join " || " $bounded) | quote }}
  message: 'PolicyOutOfBounds: uses a zone, but no rule about the namespace has zones'
  reason: Forbidden
{{- end }}

{{- define "pgwarden.admission.selectors" -}}
{{- range list "host" "port" "dbname" "username" "password" "sslMode" "sslRootCert" "sslCert" "sslKey" }}, variables.params.?{{ . }}Secret.?name.orValue(""){{ end -}}
{{- end }}

{{/* Names of roles in every field that CEL can check. */}}
{{- define "pgwarden.admission.roles" -}}
{{- $index := index . 0 }}{{ $rule := index . 1 -}}
{{- $own := include "pgwarden.admission.regex" $rule.roles -}}
{{- $of := dict -}}
{{- $but := dict -}}
{{- range $list := list "grantees" "groups" "owners" "default_privilege_owners" -}}
{{- $further := index $rule $list | default list -}}
{{- $_ := set $of $list (include "pgwarden.admission.regex" (concat $rule.roles $further)) -}}
{{- $beside := ternary (printf ", %s" (include "pgwarden.admission.allows" (list $list $further))) "" (hasKey $rule $list) -}}
{{- $_ := set $but $list (printf "%s%s" (include "pgwarden.admission.allows" (list "roles" $rule.roles)) $beside) -}}
{{- end -}}
{{- $allowed := include "pgwarden.admission.allows" (list "roles" $rule.roles) -}}
{{- $defaultOwners := "(has(d.owners) ? d.owners : [d.?owner.orValue(variables.spec.?default_owner.orValue(\"postgres\"))])" -}}
{{- $checks := list
  (list "declares role" (printf "variables.roles.filter(r, !r.?external.orValue(false) && !r.name.matches(%s)).map(r, r.name)" $own) $allowed)
  (list "decides what is granted to external role" (printf "variables.roles.filter(r, r.?external.orValue(false) && !r.?preserve_undeclared_grants.orValue(false) && !r.name.matches(%s)).map(r, r.name)" $own) $allowed)
  (list "names external role" (printf "variables.roles.filter(r, r.?external.orValue(false) && r.?preserve_undeclared_grants.orValue(false) && !r.name.matches(%s)).map(r, r.name)" $of.grantees) $but.grantees)
  (list "retires role" (printf "variables.retirements.filter(r, !r.role.matches(%s)).map(r, r.role)" $own) $allowed)
  (list "gives what a retired role owns to role" (printf "variables.retirements.filter(r, has(r.reassign_owned_to) && !r.reassign_owned_to.matches(%s)).map(r, r.reassign_owned_to)" $of.owners) $but.owners)
  (list "grants to role" (printf "variables.grants.filter(g, g.?ensure.orValue(\"present\") == \"present\" && g.role != \"PUBLIC\" && !g.role.matches(%s)).map(g, g.role)" $of.grantees) $but.grantees)
  (list "takes from role" (printf "variables.grants.filter(g, g.?ensure.orValue(\"present\") == \"absent\" && g.role != \"PUBLIC\" && !g.role.matches(%s)).map(g, g.role)" $of.grantees) $but.grantees)
  (list "sets default privileges of role" (printf "variables.defaults.filter(d, d.grant.exists(g, g.?ensure.orValue(\"present\") == \"present\") && %[2]s.exists(o, !o.matches(%[1]s))).map(d, %[2]s.filter(o, !o.matches(%[1]s))[0])" $of.default_privilege_owners $defaultOwners) $but.default_privilege_owners)
  (list "grants by default to role" (printf "variables.defaults.filter(d, d.grant.exists(g, has(g.role) && g.role != \"PUBLIC\" && !g.role.matches(%[1]s))).map(d, d.grant.filter(g, has(g.role) && g.role != \"PUBLIC\" && !g.role.matches(%[1]s))[0].role)" $of.grantees) $but.grantees)
  (list "adds to the members of its groups role" (printf "variables.memberships.filter(m, m.role.matches(%[1]s) && m.members.exists(x, !x.name.matches(%[2]s))).map(m, m.members.filter(x, !x.name.matches(%[2]s))[0].name)" $own $of.grantees) $but.grantees)
  (list "adds to the members of groups of others role" (printf "variables.memberships.filter(m, !m.role.matches(%[1]s) && m.members.exists(x, !x.name.matches(%[1]s))).map(m, m.members.filter(x, !x.name.matches(%[1]s))[0].name)" $own) $allowed)
  (list "decides all members of role" (printf "variables.memberships.filter(m, m.?exclusive.orValue(false) && !m.role.matches(%s)).map(m, m.role)" $own) $allowed)
  (list "lets roles add members to role" (printf "variables.memberships.filter(m, !m.role.matches(%s) && m.members.exists(x, x.?admin.orValue(false))).map(m, m.role)" $own) $allowed)
  (list "gives schemas to role" (printf "variables.schemas.map(s, s.?owner.orValue(variables.spec.?default_owner.orValue(\"\"))).filter(o, o != \"\" && !o.matches(%s))" $of.owners) $but.owners)
  (list "gives objects to role" (printf "variables.ownership.filter(o, !o.owner.matches(%s)).map(o, o.owner)" $of.owners) $but.owners)
-}}
{{- range $checks -}}
{{- include "pgwarden.admission.names" (list $index $rule (index . 0) (index . 1) (index . 2)) -}}
{{- end -}}
{{- end }}

{{/* Groups of memberships. CEL knows PostgreSQL's predefined roles by name. The worker checks those of database services. */}}
{{- define "pgwarden.admission.groups" -}}
{{- $index := index . 0 }}{{ $rule := index . 1 -}}
{{- $predefined := "^(pg_.*|postgres)$" | toJson -}}
{{- $others := "true" -}}
{{- if hasKey $rule "predefined_roles" -}}
{{- $others = printf "!m.role.matches(%s)" $predefined -}}
{{- $names := printf "variables.memberships.filter(m, m.role.matches(%s) && !m.role.matches(%s)).map(m, m.role)" $predefined (include "pgwarden.admission.regex" $rule.predefined_roles) -}}
{{- include "pgwarden.admission.names" (list $index $rule "makes roles members of" $names (include "pgwarden.admission.allows" (list "predefined_roles" $rule.predefined_roles))) -}}
{{- end -}}
{{- if hasKey $rule "roles" -}}
{{- $further := $rule.groups | default list -}}
{{- /* A role of a database service is not in roles or groups, but can be in predefined_roles. */}}
{{- $known := concat $rule.roles $further ($rule.predefined_roles | default list) -}}
{{- $names := printf "variables.memberships.filter(m, %s && !m.role.matches(%s)).map(m, m.role)" $others (include "pgwarden.admission.regex" $known) -}}
{{- $beside := ternary (printf ", %s" (include "pgwarden.admission.allows" (list "groups" $further))) "" (hasKey $rule "groups") -}}
{{- include "pgwarden.admission.names" (list $index $rule "makes roles members of" $names (printf "%s%s" (include "pgwarden.admission.allows" (list "roles" $rule.roles)) $beside)) -}}
{{- end -}}
{{- end }}

{{- define "pgwarden.admission.attributes" -}}
{{- $index := index . 0 }}{{ $rule := index . 1 -}}
{{- $allowed := include "pgwarden.admission.allows" (list "forbidden_attributes" ($rule.forbidden_attributes | default list)) -}}
{{- range $attribute := $rule.forbidden_attributes -}}
{{- $names := printf "variables.roles.filter(r, r.?%s.orValue(false)).map(r, r.name)" $attribute -}}
{{- include "pgwarden.admission.names" (list $index $rule (printf "gives %s to role" $attribute) $names $allowed) -}}
{{- if eq $attribute "login" -}}
{{- $bound := "variables.profiles.filter(p, variables.profiles[p].?login.orValue(false) && variables.schemas.exists(s, p in s.?profiles.orValue([]))).map(p, p)" -}}
{{- include "pgwarden.admission.names" (list $index $rule "gives login to the roles of profile" $bound $allowed) -}}
{{- end -}}
{{- end -}}
{{- if hasKey $rule "settings" -}}
{{- $allowed = include "pgwarden.admission.allows" (list "settings" $rule.settings) -}}
{{- range $key := list "config" "database_config" -}}
{{- $bad := printf "has(r.%[1]s) && r.%[1]s.exists(k, !k.lowerAscii().matches(%[2]s))" $key (include "pgwarden.admission.regex" $rule.settings) -}}
{{- if not $rule.settings }}{{ $bad = printf "has(r.%s)" $key }}{{ end -}}
{{- include "pgwarden.admission.names" (list $index $rule "decides the settings of role" (printf "variables.roles.filter(r, %s).map(r, r.name)" $bad) $allowed) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* A grant that revokes privileges from a role of the tenant is allowed in every schema. */}}
{{- define "pgwarden.admission.grants" -}}
{{- if hasKey . "roles" -}}
variables.grants.filter(g, g.?ensure.orValue("present") == "present" || !g.role.matches({{ include "pgwarden.admission.regex" .roles }}))
{{- else -}}
variables.grants
{{- end -}}
{{- end }}

{{- define "pgwarden.admission.schemas" -}}
{{- $index := index . 0 }}{{ $rule := index . 1 -}}
{{- $in := include "pgwarden.admission.regex" $rule.schemas -}}
{{- $allowed := include "pgwarden.admission.allows" (list "schemas" $rule.schemas) -}}
{{- $grants := include "pgwarden.admission.grants" $rule -}}
{{- $objects := printf "%s.filter(g, has(g.object) || has(g.on)).map(g, has(g.object) ? g.object : g.on)" $grants -}}
{{- $present := "d.grant.exists(g, g.?ensure.orValue(\"present\") == \"present\")" -}}
{{- $checks := list
  (list "declares schema" (printf "variables.schemas.filter(s, !s.name.matches(%s)).map(s, s.name)" $in))
  (list "grants in schema" (printf "%s.filter(o, has(o.schema) && !o.schema.matches(%s)).map(o, o.schema)" $objects $in))
  (list "grants on schema" (printf "%s.filter(o, o.type == \"schema\" && has(o.name) && !o.name.matches(%s)).map(o, o.name)" $objects $in))
  (list "gives away objects in schema" (printf "variables.ownership.filter(o, has(o.object.schema) && !o.object.schema.matches(%s)).map(o, o.object.schema)" $in))
  (list "sets default privileges in schema" (printf "variables.defaults.filter(d, %s).map(d, has(d.schema) ? d.schema : d.?scope.?schema.orValue(\"*\")).filter(s, !s.matches(%s))" $present $in))
-}}
{{- range $checks -}}
{{- include "pgwarden.admission.names" (list $index $rule (index . 0) (index . 1) $allowed) -}}
{{- end -}}
{{- if not (hasKey $rule "object_types") -}}
{{- $outside := include "pgwarden.admission.types.outsideSchemas" . -}}
{{- $but := printf "%s, and object_types allows no other object" $allowed -}}
{{- $names := printf "%s.filter(o, o.type in %s).map(o, o.type)" $objects $outside -}}
{{- include "pgwarden.admission.names" (list $index $rule "grants on an object of type" $names $but) -}}
{{- $more := printf "(g.?ensure.orValue(\"present\") == \"absent\" || g.privileges.exists(p, p in %s))" (include "pgwarden.admission.types.databasePrivileges" .) -}}
{{- $databases := printf "%s.filter(g, %s && (has(g.object) || has(g.on))).map(g, has(g.object) ? g.object : g.on).filter(o, o.type == \"database\").map(o, o.?name.orValue(\"\"))" $grants $more -}}
{{- include "pgwarden.admission.names" (list $index $rule "grants on database" $databases $but) -}}
{{- $given := printf "variables.ownership.filter(o, !has(o.object.schema) && o.object.type in %s).map(o, o.object.type)" (include "pgwarden.admission.types.ownedOutsideSchemas" .) -}}
{{- include "pgwarden.admission.names" (list $index $rule "gives away an object of type" $given $but) -}}
{{- end -}}
{{- end }}

{{- define "pgwarden.admission.privileges" -}}
{{- $index := index . 0 }}{{ $rule := index . 1 -}}
{{- if hasKey $rule "object_types" -}}
{{- $objects := printf "%s.filter(g, has(g.object) || has(g.on)).map(g, has(g.object) ? g.object : g.on)" (include "pgwarden.admission.grants" $rule) -}}
{{- $names := printf "%s.map(o, has(o.columns) ? \"column\" : o.type).filter(t, !(t in %s))" $objects (toJson $rule.object_types) -}}
{{- include "pgwarden.admission.names" (list $index $rule "grants on an object of type" $names (include "pgwarden.admission.allows" (list "object_types" $rule.object_types))) -}}
{{- end -}}
{{- range $forbidden := $rule.forbidden_privileges -}}
{{- $is := printf "g.privileges.exists(p, p in %s)" (toJson $forbidden.privileges) -}}
{{- $on := "true" -}}{{ $later := "true" -}}
{{- if hasKey $forbidden "object_types" -}}
{{- $types := toJson $forbidden.object_types -}}
{{- $on = printf "(has(g.object) ? g.object : g.?on.orValue({\"type\": \"\"})).type in %s" $types -}}
{{- $later = printf "g.on_type in %s" $types -}}
{{- end -}}
{{- $first := printf "filter(p, p in %s)[0]" (toJson $forbidden.privileges) -}}
{{- $names := printf "variables.grants.filter(g, g.?ensure.orValue(\"present\") == \"present\" && %s && %s).map(g, g.privileges.%s)" $is $on $first -}}
{{- include "pgwarden.admission.names" (list $index $rule "grants" $names "forbidden_privileges has that") -}}
{{- $bad := printf "g.?ensure.orValue(\"present\") == \"present\" && %s && %s" $is $later -}}
{{- $names = printf "variables.defaults.filter(d, d.grant.exists(g, %[1]s)).map(d, d.grant.filter(g, %[1]s)[0].privileges.%[2]s)" $bad $first -}}
{{- include "pgwarden.admission.names" (list $index $rule "grants by default" $names "forbidden_privileges has that") -}}
{{- end -}}
{{- end }}

{{/* Boolean fields of rules. */}}
{{- define "pgwarden.admission.consents" -}}
{{- $index := index . 0 }}{{ $rule := index . 1 -}}
{{- $public := not (hasKey $rule "roles") -}}
{{- if hasKey $rule "allow_public" }}{{ $public = $rule.allow_public }}{{ end -}}
{{- if not $public -}}
{{- $grants := "!variables.grants.exists(g, g.role == \"PUBLIC\" && g.?ensure.orValue(\"present\") == \"present\")" -}}
{{- $defaults := "!variables.defaults.exists(d, d.grant.exists(g, g.?role.orValue(\"\") == \"PUBLIC\" && g.?ensure.orValue(\"present\") == \"present\"))" -}}
{{- include "pgwarden.admission.truth" (list $index $rule "grants to PUBLIC" (printf "%s && %s" $grants $defaults) "allow_public is not true") -}}
{{- end -}}
{{- if and (hasKey $rule "allow_grant_option") (not $rule.allow_grant_option) -}}
{{- $grants := "!variables.grants.exists(g, g.?with_grant_option.orValue(false))" -}}
{{- $defaults := "!variables.defaults.exists(d, d.grant.exists(g, g.?with_grant_option.orValue(false)))" -}}
{{- $members := "!variables.memberships.exists(m, m.members.exists(x, x.?admin.orValue(false)))" -}}
{{- include "pgwarden.admission.truth" (list $index $rule "lets roles grant onwards" (printf "%s && %s && %s" $grants $defaults $members) "allow_grant_option is false") -}}
{{- end -}}
{{- if and (hasKey $rule "allow_retirements") (not $rule.allow_retirements) -}}
{{- include "pgwarden.admission.truth" (list $index $rule "retires roles" "variables.retirements.size() == 0" "allow_retirements is false") -}}
{{- end -}}
{{- if and (hasKey $rule "allow_drop_owned") (not $rule.allow_drop_owned) -}}
{{- $good := "!variables.retirements.exists(r, r.?drop_owned.orValue(false) || r.?allow_data_loss.orValue(false))" -}}
{{- include "pgwarden.admission.truth" (list $index $rule "drops what roles own" $good "allow_drop_owned is false") -}}
{{- end -}}
{{- end }}
