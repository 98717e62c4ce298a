/** How far the database is brought to the declared state. */
type ReconciliationMode = 'authoritative' | 'additive' | 'adopt';

/** How a plan is made: as a policy says, or to take back what a policy that goes has granted: see revocation.ts. */
export type PlanMode = ReconciliationMode | 'revoke';
