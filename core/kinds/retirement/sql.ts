import type { Statement } from '../../statement.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql.ts';
import type { RetirementFact } from './fact.ts';
import type { ColumnGrant } from './onwards.ts';

/** The time to wait until a session has ended, because what it holds, e.g. temporary tables, would prevent the drop. */
const sessionEndMs = 5_000;

/**
 * The earlier steps end new and old sessions and clear other databases. The plan's own transaction does the rest. If
 * there is an obstacle, e.g. the role's code, the role is only locked out, and the next plan is refused.
 */
export function renderRetirement({ id, state }: RetirementFact): Statement[] {
  if (state.lockOutOnly) return [...lockOut({ id, state }), ...endSessions({ id, state })];
  const why = `role ${id.role} is retired`;
  const { elsewhere } = state;
  const others = elsewhere.flatMap((other) =>
    clearOwned({ id, state }, other, other.database).map((statement) => ({
      ...statement,
      ahead: { stage: 'clean', database: other.database } as const,
    })),
  );
  const drop: Statement = {
    text: `DROP ROLE ${quoteIdentifier(id.role)}`,
    why,
    risk: 'loses access',
    affects: [id.role],
    drops: id.role,
    ...staying({ id, state }),
  };
  return [
    ...lockOut({ id, state }),
    ...endSessions({ id, state }),
    ...others,
    ...clearOwned({ id, state }, state),
    drop,
  ];
}

type Retired = Pick<RetirementFact, 'id' | 'state'>;

function lockOut({ id, state }: Retired): Statement[] {
  if (!state.login) return [];
  return [
    {
      text: `ALTER ROLE ${quoteIdentifier(id.role)} NOLOGIN`,
      why: `role ${id.role} is retired: no new sessions`,
      risk: 'loses access',
      affects: [id.role],
      ahead: { stage: 'prepare' },
    },
  ];
}

/** A role with LOGIN can start a session before it is locked out. */
function endSessions({ id, state }: Retired): Statement[] {
  if (!state.terminateSessions || (!state.login && state.sessions === 0)) return [];
  // People also run it by hand, with a search_path that the owner of the database can set.
  const from = `FROM pg_catalog.pg_stat_activity WHERE usename OPERATOR(pg_catalog.=) ${quoteLiteral(id.role)} AND pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()`;
  return [
    {
      text: `SELECT pg_catalog.pg_terminate_backend(pid, ${String(sessionEndMs)}) ${from}`,
      why: `role ${id.role} is retired: its sessions end`,
      risk: 'loses access',
      affects: [id.role],
      rights: [id.role],
      ahead: { stage: 'end sessions' },
      ...staying({ id, state }),
    },
  ];
}

/** What it owns passes on, then the rest is dropped: its privileges, its grants, and its part in policies. */
function clearOwned(
  { id, state }: Retired,
  {
    dataLost,
    granters,
    columns,
  }: Pick<RetirementFact['state'], 'dataLost' | 'granters' | 'columns'>,
  database?: string,
): Statement[] {
  const name = quoteIdentifier(id.role);
  const where = database === undefined ? '' : ` in database ${database}`;
  const why = `role ${id.role} is retired: `;
  const statements: Statement[] = [];
  const successor = state.reassignOwnedTo;
  if (successor !== undefined) {
    statements.push({
      text: `REASSIGN OWNED BY ${name} TO ${quoteIdentifier(successor)}`,
      why: `${why}${successor} gets what it owns${where}`,
      risk: 'none',
      affects: [id.role, successor],
      rights: [id.role, successor],
      gives: { of: id.role, database, to: successor },
      ...staying({ id, state }),
    });
  }
  if (state.dropOwned) {
    statements.push(...columns.flatMap((column) => revokeGranted({ id, state }, column, why)));
    const lost = dataLost === 0 ? '' : `, ${String(dataLost)} of it with data`;
    statements.push({
      text: `DROP OWNED BY ${name}`,
      why: `${why}what it still owns${where} is dropped${lost}`,
      risk: dataLost === 0 ? 'loses access' : 'loses data',
      affects: [id.role],
      rights: [id.role, ...granters],
      ...staying({ id, state }),
    });
  }
  return statements;
}

/**
 * DROP OWNED does not revoke what the role granted on a column with an option on the whole relation, or with one that
 * it lost. With an option on the column itself, it is revoked.
 */
function revokeGranted(
  { id, state }: Retired,
  { relation, column, privilege, owner }: ColumnGrant,
  why: string,
): Statement[] {
  const name = quoteIdentifier(id.role);
  const what = `${privilege} (${column}) ON TABLE ${relation}`;
  const said = {
    why: `${why}what it granted on column ${column} of ${relation} is revoked`,
    affects: [id.role],
    rights: [owner],
    ...staying({ id, state }),
  };
  return [
    { ...said, text: `GRANT ${what} TO ${name} WITH GRANT OPTION`, risk: 'none' },
    { ...said, text: `REVOKE ${what} FROM ${name} CASCADE`, risk: 'loses access' },
  ];
}

function staying({ id, state }: Retired): Pick<Statement, 'stays'> {
  return state.login ? {} : { stays: `role ${quoteIdentifier(id.role)} stays without LOGIN` };
}
