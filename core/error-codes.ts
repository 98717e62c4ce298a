/**
 * Every error code that a user can see, with the class that decides when pgwarden retries.
 *
 * `refused` waits for the interval or a change of spec or Secret, `transient` backs off exponentially, `contention`
 * retries within seconds. docs/errors.md has one heading for each code.
 */
export const errorCodes = {
  InvalidSpec: 'refused',
  PolicyTooLarge: 'refused',
  InvalidConnectionParams: 'refused',
  SecretMissing: 'refused',
  SecretFetchFailed: 'transient',
  CloudTokenFailed: 'transient',
  DatabaseConnectionFailed: 'transient',
  DatabaseAuthenticationFailed: 'refused',
  DatabaseInspectionFailed: 'transient',
  DatabaseTimeout: 'transient',
  ServerAnswerTooLarge: 'refused',
  ServerBusy: 'contention',
  ZoneUnavailable: 'transient',
  InsufficientPrivileges: 'refused',
  MissingDatabaseObject: 'refused',
  UnsafeRoleDrops: 'refused',
  UnsafeSelfChange: 'refused',
  UntrustedEventTrigger: 'refused',
  ConflictingPolicy: 'refused',
  OtherController: 'refused',
  PolicyOutOfBounds: 'refused',
  BoundsUnreadable: 'transient',
  NotConvergent: 'refused',
  ApplyFailed: 'refused',
  LockContention: 'contention',
  PlanChanged: 'contention',
  UnsupportedServer: 'refused',
  PolicyNotFound: 'refused',
  PolicyUnreadable: 'transient',
  NamespacesUnknown: 'transient',
  NamespaceRightsMissing: 'refused',
  NamespaceModeForbids: 'refused',
  NamespaceRefused: 'refused',
  NamespaceNotReady: 'transient',
  KubernetesUnavailable: 'transient',
  KubernetesForbidden: 'transient',
  KubernetesRejected: 'refused',
  TemporalUnavailable: 'transient',
  TemporalRefused: 'refused',
  EncryptionKeyInvalid: 'refused',
  PayloadUnreadable: 'transient',
  PayloadNotEncrypted: 'transient',
  PostgresUnavailable: 'transient',
  Usage: 'refused',
  NotInExecutable: 'refused',
  Internal: 'transient',
} as const satisfies Record<string, FailureClass>;

/** When a failed attempt is retried. */
export type FailureClass = 'contention' | 'transient' | 'refused';

export type ErrorCode = keyof typeof errorCodes;

export function failureClass(code: ErrorCode): FailureClass {
  return errorCodes[code];
}
