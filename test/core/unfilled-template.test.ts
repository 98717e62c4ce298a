import { describe, expect, test } from '@jest/globals';
import { verdict } from './parsed.ts';

describe('a name that looks like a template that was not filled in is refused', () => {
  const unfilled = (text: string): string =>
    `contains ${text}, which looks like a template that was not filled in: run the tool that fills it in first`;

  test.each([
    '${APP_ROLE}',
    '${APP_ROLE:-app}',
    '{{ .Values.role }}',
    '{{role}}',
    '<%= role %>',
    '$(ROLE)',
    '$APP_ROLE',
  ])('%s', (name) => {
    expect(verdict(`roles:\n  - name: '${name}'`)).toEqual([
      `f.yaml line 2: roles[0].name ${unfilled(name)}`,
    ]);
  });

  test('without quotes, which make it a map', () => {
    expect(verdict('roles:\n  - name: {{ .Values.role }}')).toEqual([
      'f.yaml line 2: a name of a field is not text, and {{ }} looks like a template that was not filled in',
    ]);
  });

  test('in a part of a name, in every section and as the name of a profile', () => {
    const text = `
profiles: { 'p{{ env }}': { grants: [] } }
schemas: [{ name: 'a_\${ENV}', owner: 'o_\${ENV}' }]
grants: [{ role: r, privileges: [SELECT], object: { type: table, schema: s, name: 't_\${ENV}' } }]
memberships: [{ role: 'g_\${ENV}', members: [{ name: 'm_\${ENV}' }] }]`;
    expect(verdict(text)).toEqual([
      `f.yaml line 2: profiles["p{{ env }}"] has a name that ${unfilled('{{ env }}')}`,
      `f.yaml line 3: schemas[0].name ${unfilled('${ENV}')}`,
      `f.yaml line 3: schemas[0].owner ${unfilled('${ENV}')}`,
      `f.yaml line 4: grants[0].object.name ${unfilled('${ENV}')}`,
      `f.yaml line 5: memberships[0].role ${unfilled('${ENV}')}`,
      `f.yaml line 5: memberships[0].members[0].name ${unfilled('${ENV}')}`,
    ]);
  });

  test('settings and comments can hold any text, patterns have their braces, and such a role can be retired', () => {
    const text = `
role_pattern: '{schema}-{profile}'
roles: [{ name: '$app', comment: 'for \${APP}', config: { app.title: '{{ title }}', search_path: '"$user", public' } }]
retirements: [{ role: '\${APP_ROLE}' }]`;
    expect(verdict(text)).toEqual(['manifest']);
  });
});
