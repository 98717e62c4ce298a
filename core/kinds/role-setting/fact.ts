import type { SettingValue } from '../../graph.ts';
import type { Fact } from '../../fact.ts';

/** A configuration parameter that the sessions of a role start with, in all databases or in the policy's database. */
export interface RoleSettingFact extends Fact {
  readonly kind: 'role_setting';
  readonly id: {
    readonly role: string;
    readonly database: string | undefined;
    /** As PostgreSQL spells it. A custom parameter can be stored in two spellings, which mean the same parameter. */
    readonly parameter: string;
  };
  readonly state: { readonly value: SettingValue };
}
