import { authOptions, otherCredentials, typesWith } from '../../core/manifest/cloud-auth.ts';
import { roleSection } from '../../core/manifest/role.ts';

/** A rule in CEL. `self` is the value at the path. The message follows the path of the field. */
export interface Rule {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath?: string;
}

/**
 * Checks by the API server beyond types, by path below `spec`, so that an editor reports mistakes at once. They are
 * part of the checks in core/, which checks everything again.
 */
export const specRules: Readonly<Record<string, readonly Rule[]>> = {
  '': [
    {
      rule: `!${isPresent('approval')} || self.approval != 'manual' || self.mode in ['plan', 'observe']`,
      message:
        'manual is not supported in mode apply: use mode plan to see changes without making them',
      fieldPath: '.approval',
    },
  ],
  connection: [exactlyOne('secretRef', 'params')],
  'connection.params': [
    ...['host', 'dbname', 'username'].map((field) => exactlyOne(field, `${field}Secret`)),
    ...['port', 'sslMode', 'password'].map((field) => atMostOne(field, `${field}Secret`)),
    {
      rule: `${isPresent('auth')} != (${otherCredentials.map(isPresent).join(' || ')})`,
      message: 'needs either auth, or password, passwordSecret or sslCertSecret',
    },
    {
      rule: `!${isPresent('auth')} || !${isPresent('sslMode')} || !(self.sslMode in ['disable', 'allow', 'prefer'])`,
      message: 'may send the token of auth without TLS: write verify-full',
      fieldPath: '.sslMode',
    },
    {
      rule: `!${isPresent('auth')} || !${isPresent('sslMode')} || self.sslMode == 'verify-full' || self.auth.type == 'aws_rds_iam' || ${isPresent('sslRootCertSecret')}`,
      message:
        'would send the token of auth to any server: write verify-full, or sslRootCertSecret',
      fieldPath: '.sslMode',
    },
    {
      rule: `${isPresent('sslCertSecret')} == ${isPresent('sslKeySecret')}`,
      message: 'needs both sslCertSecret and sslKeySecret, or neither of them',
    },
    {
      rule: `!${isPresent('sslRootCertSecret')} || !${isPresent('sslMode')} || !(self.sslMode in ['disable', 'allow', 'prefer'])`,
      message: 'never checks sslRootCertSecret: write verify-full or verify-ca',
      fieldPath: '.sslMode',
    },
  ],
  'connection.params.auth': authOptions.map((field) => ({
    rule: `!${isPresent(field)} || self.type in ${JSON.stringify(typesWith(field)).replaceAll('"', "'")}`,
    message: `is for ${typesWith(field).join(' and ')} only`,
    fieldPath: `.${field}`,
  })),
  'schemas[]': [notReserved('name', 'schemas')],
  'roles[]': [
    {
      ...notReserved('name', 'roles'),
      rule: `!self.name.startsWith('pg_') || ${holds('external')}`,
    },
    {
      rule: `!${isPresent('password')} || ${holds('login')}`,
      message: 'is set for a role that cannot log in: add login: true',
      fieldPath: '.password',
    },
    {
      rule: `!${holds('external')} || !(${othersAttributes().map(isPresent).join(' || ')})`,
      message: 'is an external role, which someone else alters: keep only name and external',
    },
  ],
  'roles[].password': [exactlyOne('secretRef', 'generate')],
  'roles[].password.generate': [
    {
      rule: `!${isPresent('secretKey')} || self.secretKey != 'verifier'`,
      message: 'is taken by the SCRAM verifier: choose another key',
      fieldPath: '.secretKey',
    },
  ],
  'grants[]': [
    {
      rule: `${isPresent('object')} || ${isPresent('on')}`,
      message: 'lacks object: say what the privileges are on',
    },
  ],
  'default_privileges[]': [exactlyOne('schema', 'scope'), atMostOne('owner', 'owners')],
  'default_privileges[].scope': [
    {
      rule: `(self.type == 'schema') == ${isPresent('schema')}`,
      message: 'needs schema with type schema, and must not have it with type global',
    },
  ],
  'default_privileges[].grant[]': [
    { rule: isPresent('role'), message: 'lacks role: say who gets the privileges' },
  ],
  'retirements[]': [
    notReserved('role', 'roles'),
    {
      rule: `!${isPresent('reassign_owned_to')} || self.reassign_owned_to != self.role`,
      message: 'is the retired role itself',
      fieldPath: '.reassign_owned_to',
    },
  ],
};

/** Optional fields can be null, which means the same as absent. */
function isPresent(field: string): string {
  return `(has(self.${field}) && dyn(self.${field}) != null)`;
}

function holds(field: string): string {
  return `(${isPresent(field)} && self.${field})`;
}

function exactlyOne(one: string, other: string): Rule {
  return {
    rule: `${isPresent(one)} != ${isPresent(other)}`,
    message: `needs exactly one of ${one} and ${other}`,
  };
}

function atMostOne(one: string, other: string): Rule {
  return {
    rule: `!(${isPresent(one)} && ${isPresent(other)})`,
    message: `has both ${one} and ${other}: keep one`,
  };
}

function notReserved(field: string, what: string): Rule & { readonly fieldPath: string } {
  return {
    rule: `!self.${field}.startsWith('pg_')`,
    message: `starts with pg_, which PostgreSQL reserves for its own ${what}`,
    fieldPath: `.${field}`,
  };
}

/** Without maps whose values have no single type, because rules cannot read them. */
function othersAttributes(): string[] {
  const others = ['name', 'external', 'preserve_undeclared_grants', 'config', 'database_config'];
  return Object.keys(roleSection.shape).filter((name) => !others.includes(name));
}
