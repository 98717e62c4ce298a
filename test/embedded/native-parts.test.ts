import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { z } from 'zod';

/** The image is built for linux/amd64 and linux/arm64, so production dependencies must exist for both. */
const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().default(''),
      dev: z.boolean().default(false),
      devOptional: z.boolean().default(false),
      os: z.array(z.string()).default([]),
      cpu: z.array(z.string()).default([]),
    }),
  ),
});

async function productionPackages() {
  const { packages } = lockfile.parse(JSON.parse(await readFile('package-lock.json', 'utf8')));
  return Object.entries(packages).filter(
    ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
  );
}

test('every production package that is only for amd64 has the same version for arm64', async () => {
  const all = await productionPackages();
  const forAmd64 = all.filter(([, { os, cpu }]) => os.includes('linux') && cpu.includes('x64'));
  const versions = new Map(all.map(([path, { version }]) => [path, version]));
  expect(forAmd64.length).toBeGreaterThan(0);
  for (const [path, { version }] of forAmd64) {
    const counterpart = path.replace('x64', 'arm64');
    expect([counterpart, versions.get(counterpart)]).toEqual([counterpart, version]);
  }
});

test('no production package is compiled during its installation', async () => {
  const compiled: string[] = [];
  for (const [path] of await productionPackages()) {
    const names = await readdir(path).catch((): string[] => []); // packages for other platforms are not installed
    if (names.includes('binding.gyp')) compiled.push(path);
  }
  expect(compiled).toEqual([]);
});

/** The field e_machine of ELF. */
const machines = { x86_64: 0x3e, aarch64: 0xb7 } as const;

/** The version in Debian bookworm, the base of the image: 2.36. */
const newestGlibc = 36;

test.each(['x86_64', 'aarch64'] as const)(
  "Temporal's native part for %s exists, and needs no newer glibc than the image has",
  async (machine) => {
    const releases = 'node_modules/@temporalio/core-bridge/releases';
    const bytes = await readFile(join(releases, `${machine}-unknown-linux-gnu`, 'index.node'));
    expect(bytes.readUInt16LE(18)).toBe(machines[machine]);
    const needed = [...bytes.toString('latin1').matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) =>
      Number(minor),
    );
    expect(needed.length).toBeGreaterThan(0);
    expect(Math.max(...needed)).toBeLessThanOrEqual(newestGlibc);
  },
);

test("only Temporal's native part, and the compiler that the image leaves out, are native", async () => {
  const native = new Set<string>();
  for (const [path] of await productionPackages()) {
    const names = await readdir(path, { recursive: true }).catch((): string[] => []);
    if (names.some((name) => name.endsWith('.node') && !name.includes('node_modules')))
      native.add(path.replace(/^node_modules\//, '').replace(/-(?:linux|darwin|win32)-.*$/, ''));
  }
  expect([...native].toSorted()).toEqual(['@swc/core', '@temporalio/core-bridge']);
});
