import type { EventTrigger } from '../inspect/event-triggers.ts';
import type { Statement } from '../statement.ts';
import { listed } from '../listed.ts';
import { Refusal } from '../refusal.ts';
import { quoteIdentifier } from '../sql.ts';
import type { Plan } from './plan.ts';

const shownTriggers = 5;

/** Throws Refusal `UntrustedEventTrigger` if changes would run another role's code with the rights of pgwarden. */
export function refuseExposedTriggers({ changes }: Plan, triggers: readonly EventTrigger[]): void {
  const exposed = triggers.filter(({ owner, trusted }) => !trusted.includes(owner));
  const [first] = exposed;
  if (first === undefined || changes.length === 0) return;
  throw new Refusal(
    'UntrustedEventTrigger',
    `changes would run code of another role with the rights of this connection: ${linesOf(exposed)}`,
    `In database ${quoteIdentifier(first.database)}, run ALTER FUNCTION ${first.function} OWNER TO a superuser or the login of the connection, or ALTER EVENT TRIGGER ${quoteIdentifier(first.trigger)} DISABLE.`,
    exposed.map(lineOf),
  );
}

/**
 * Throws Refusal `UntrustedEventTrigger` if statements would give the function of an event trigger to an untrusted role.
 * That role could replace it, and so act as the next role that changes the database. `here` is the policy's own database.
 */
export function refuseGivenTriggers(
  statements: readonly Statement[],
  triggers: readonly EventTrigger[],
  here: string,
): void {
  const moved = triggers.flatMap((trigger) => ownersToBe(trigger, statements, here));
  const [first] = moved;
  if (first === undefined) return;
  throw new Refusal(
    'UntrustedEventTrigger',
    `this would give the function of an event trigger to a role that could not act as the login of this connection: ${linesOf(moved)}`,
    `Do not change the owner of ${first.function} from ${quoteIdentifier(first.before)}: remove it from ownership, or choose another reassign_owned_to. Or run ALTER EVENT TRIGGER ${quoteIdentifier(first.trigger)} DISABLE in database ${quoteIdentifier(first.database)}.`,
    moved.map(lineOf),
  );
}

/** The trigger under every untrusted owner that its function would have while the statements run. */
function ownersToBe(
  trigger: EventTrigger,
  statements: readonly Statement[],
  here: string,
): (EventTrigger & { readonly before: string })[] {
  const owners = [trigger.owner];
  for (const { gives } of statements) {
    if (gives === undefined) continue;
    const database = ('of' in gives ? gives.database : undefined) ?? here;
    const isMeant = 'of' in gives ? owners.at(-1) === gives.of : trigger.function === gives.routine;
    if (isMeant && database === trigger.database) owners.push(gives.to);
  }
  return owners
    .slice(1)
    .filter((owner) => !trigger.trusted.includes(owner))
    .map((owner) => ({ ...trigger, owner, before: trigger.owner }));
}

function linesOf(triggers: readonly EventTrigger[]): string {
  return listed(triggers.map(lineOf), shownTriggers, '; ');
}

function lineOf({ database, trigger, function: code, owner }: EventTrigger): string {
  return `event trigger ${quoteIdentifier(trigger)} in database ${quoteIdentifier(database)} runs ${code}, whose owner ${quoteIdentifier(owner)} can replace it`;
}
