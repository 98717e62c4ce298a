import type { SettingValue } from '../../graph.ts';
import type { Fact } from '../../fact.ts';

/** What a role's sessions start with: one configuration parameter, in all databases or in the policy's. */
export interface RoleSettingFact extends Fact {
  readonly kind: 'role_setting';
  readonly id: {
    readonly role: string;
    readonly database: string | undefined;
    /** As PostgreSQL spells it. A custom one may be there in two spellings, which mean one parameter. */
    readonly parameter: string;
  };
  readonly state: { readonly value: SettingValue };
}
