/** How far pgwarden changes the database towards the declared state. */
type ReconciliationMode = 'authoritative' | 'additive' | 'adopt';

/** How a plan is made: in the policy's mode, or to revoke what a deleted policy granted. See revocation.ts. */
export type PlanMode = ReconciliationMode | 'revoke';
