import type { Fact } from '../../fact.ts';

/** One edge of the role graph, by one grantor. Before PostgreSQL 16 the grantor does not matter and is left out. */
export interface MembershipFact extends Fact {
  readonly kind: 'membership';
  readonly id: {
    readonly role: string;
    readonly member: string;
    readonly grantor: string | undefined;
  };
  readonly state: MembershipOptions;
}

export interface MembershipOptions {
  readonly [option: string]: boolean;
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
}
