import { expect, test } from '@jest/globals';
import { rowsOf } from '../setup/rows.ts';
import { freshDatabase, majors } from '../setup/servers.ts';
import { cliRig, inSync } from './cli-rig.ts';

const rig = cliRig();
const [newest = 18] = [...majors()].reverse();

test('apply runs the steps of a retirement in order, and reports each one', async () => {
  const [role, heir] = [rig.newRole(), rig.newRole()];
  const other = await freshDatabase(newest);
  try {
    await rowsOf(rig.database.url, `CREATE ROLE ${role} LOGIN; CREATE ROLE ${heir}`);
    await rowsOf(other.url, `CREATE TABLE public.t (); ALTER TABLE public.t OWNER TO ${role}`);
    const text = `retirements: [{ role: ${role}, reassign_owned_to: ${heir}, terminate_sessions: true }]`;
    const planned: unknown = JSON.parse((await rig.run(['diff', '--format', 'json'], text)).stdout);
    expect(planned).toMatchObject({
      statements: [
        { ahead: { stage: 'prepare' } },
        { ahead: { stage: 'end sessions' } },
        {
          sql: `REASSIGN OWNED BY "${role}" TO "${heir}";`,
          ahead: { stage: 'clean', database: other.name },
        },
        { sql: `REASSIGN OWNED BY "${role}" TO "${heir}";` },
        { sql: `DROP ROLE "${role}";` },
      ],
    });
    const { code, stdout, stderr } = await rig.run(['apply'], text);
    expect({ code, done: stderr.split('\n').filter((line) => line.startsWith('done')) }).toEqual({
      code: 0,
      done: [
        `done: role ${role} is retired: no new sessions`,
        `done: role ${role} is retired: its sessions end`,
        `done: role ${role} is retired: ${heir} gets what it owns in database ${other.name}`,
      ],
    });
    expect(stdout).toContain(`
  \\connect "${other.name}"
  REASSIGN OWNED BY "${role}" TO "${heir}";
  \\connect "${rig.database.name}"
  REASSIGN OWNED BY "${role}" TO "${heir}";
  DROP ROLE "${role}";
`);
    expect((await rig.run(['diff'], text)).stdout).toBe(`-- ${inSync}\n`);
  } finally {
    await other.drop();
  }
});
