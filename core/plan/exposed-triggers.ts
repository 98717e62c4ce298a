import type { ExposedTrigger } from '../inspect/exposed-triggers.ts';
import { listed } from '../listed.ts';
import { Refusal } from '../refusal.ts';
import { quoteIdentifier } from '../sql.ts';
import type { Plan } from './plan.ts';

const shownTriggers = 5;

/** Throws Refusal `UntrustedEventTrigger` where changes would run code of somebody else with our rights. */
export function refuseExposedTriggers(
  { changes }: Plan,
  triggers: readonly ExposedTrigger[],
): void {
  const [first] = triggers;
  if (first === undefined || changes.length === 0) return;
  const lines = triggers.map(
    ({ database, trigger, function: code, owner }) =>
      `event trigger ${quoteIdentifier(trigger)} in database ${quoteIdentifier(database)} runs ${code}, whose owner ${quoteIdentifier(owner)} can replace it`,
  );
  throw new Refusal(
    'UntrustedEventTrigger',
    `changes would run code of another role with the rights of this connection: ${listed(lines, shownTriggers, '; ')}`,
    `In database ${quoteIdentifier(first.database)}, run ALTER FUNCTION ${first.function} OWNER TO a superuser or the login of the connection, or ALTER EVENT TRIGGER ${quoteIdentifier(first.trigger)} DISABLE.`,
    lines,
  );
}
