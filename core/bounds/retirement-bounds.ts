import type { RetirementSpec } from '../graph.ts';
import { ownerBounds } from './object-bounds.ts';
import { outsider } from './role-names.ts';
import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { quoted } from './violation.ts';

/** Retired roles, and what happens to the objects they own. */
export function retirementBounds(rule: Rule, { graph }: Subject): (Found | undefined)[] {
  return graph.retirements.flatMap((retirement) => {
    const { role, reassignOwnedTo: heir } = retirement;
    return [
      outsider(rule, role, 'retires role'),
      ...consentBounds(rule, retirement),
      ...(heir === undefined
        ? []
        : ownerBounds(rule, heir, undefined, `gives what role ${quoted(role)} owns to role`)),
    ];
  });
}

function consentBounds(rule: Rule, { role, dropOwned, allowDataLoss }: RetirementSpec): Found[] {
  const { allow_retirements: retires = true, allow_drop_owned: drops = true } = rule;
  const name = quoted(role);
  return [
    ...(retires ? [] : [{ what: `retires role ${name}`, allowed: 'allow_retirements is false' }]),
    ...(drops || !(dropOwned || allowDataLoss)
      ? []
      : [{ what: `drops what role ${name} owns`, allowed: 'allow_drop_owned is false' }]),
  ];
}
