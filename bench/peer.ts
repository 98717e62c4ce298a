import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measured } from './measured-process.ts';
import { measureProcess } from './measured-process.ts';
import type { Traffic } from './meter.ts';
import { startMeter } from './meter.ts';
import { peerExecutable } from './peer-executable.ts';
import { median, report } from './report.ts';
import { startBenchServer } from './server.ts';
import type { Workload } from './workload.ts';
import { manifestFor } from './workload.ts';

/**
 * pgwarden's command line and the newest comparable tool in turn on one server: a diff that finds nothing, and a first
 * apply, with and without latency. Both read the same manifest, and both figures include the start of the process.
 */
const server = await startBenchServer(15);

type Tool = (verb: 'diff' | 'apply', manifest: string, url: string) => [string, ...string[]];

const ours: Tool = (verb, manifest, url) => [
  process.execPath,
  ...['dist/cli/main.js', verb, '-f', manifest, '--database-url', url],
];
const peer = peerExecutable();
const theirs: Tool | undefined =
  peer === undefined
    ? undefined
    : (verb, manifest, url) => [peer, verb, '-f', manifest, '--database-url', url];

try {
  await benchDiff({ schemas: 20, tablesPerSchema: 10 }, 7);
  await benchDiff({ schemas: 100, tablesPerSchema: 10 }, 7);
  await benchDiff({ schemas: 500, tablesPerSchema: 10 }, 5);
  await benchDiff({ schemas: 5_000, tablesPerSchema: 10 }, 3);
  await benchDiff({ schemas: 100, tablesPerSchema: 1000 }, 3);
  await benchApply({ schemas: 20, tablesPerSchema: 10 }, { rounds: 3, latencyMs: 0 });
  await benchApply({ schemas: 100, tablesPerSchema: 10 }, { rounds: 3, latencyMs: 0 });
  await benchApply({ schemas: 500, tablesPerSchema: 10 }, { rounds: 3, latencyMs: 0 });
  await benchApply({ schemas: 100, tablesPerSchema: 10 }, { rounds: 3, latencyMs: 0.5 });
} finally {
  await server.stop();
}

/** The database is in sync for both tools, because pgwarden's own apply made it. */
async function benchDiff(workload: Workload, rounds: number): Promise<void> {
  const manifest = manifestFile(workload);
  const url = await server.newDatabase(workload);
  await measureProcess(ours('apply', manifest, url), [0]);
  const [own, other] = await inTurn(rounds, (tool) =>
    measureProcess(tool('diff', manifest, url), [0]),
  );
  const what = `diff, ${nameOf(workload)}`;
  compare(`${what}: ms`, own, other, ({ ms }) => ms);
  compare(`${what}: peak MB`, own, other, ({ peakMb }) => peakMb);
  const [ownTraffic, otherTraffic] = await inTurn(1, (tool) =>
    metered(url, 0, async (through) => {
      await measureProcess(tool('diff', manifest, through), [0]);
    }),
  );
  compare(`${what}: round trips`, ownTraffic, otherTraffic, ({ roundTrips }) => roundTrips);
  compare(`${what}: KB received`, ownTraffic, otherTraffic, (t) => t.bytesReceived / 1024);
  await server.dropEverything();
}

async function benchApply(
  workload: Workload,
  { rounds, latencyMs }: { readonly rounds: number; readonly latencyMs: number },
): Promise<void> {
  const manifest = manifestFile(workload);
  const [own, other] = await inTurn(rounds, async (tool) => {
    const url = await server.newDatabase(workload);
    let measured: Measured | undefined;
    const traffic = await metered(url, latencyMs / 2, async (through) => {
      measured = await measureProcess(tool('apply', manifest, through), [0]);
    });
    await server.dropEverything();
    return { ms: measured?.ms ?? Number.NaN, ...traffic };
  });
  const latency = latencyMs === 0 ? '' : `, ${String(latencyMs)} ms away`;
  const what = `first apply, ${nameOf(workload)}${latency}`;
  compare(`${what}: ms`, own, other, ({ ms }) => ms);
  compare(`${what}: round trips`, own, other, ({ roundTrips }) => roundTrips);
}

/** Ours, theirs, ours, theirs, so that other load on the machine affects both. */
async function inTurn<T>(rounds: number, run: (tool: Tool) => Promise<T>): Promise<[T[], T[]]> {
  const own: T[] = [];
  const other: T[] = [];
  for (let round = 0; round < rounds; round += 1) {
    own.push(await run(ours));
    if (theirs !== undefined) other.push(await run(theirs));
  }
  return [own, other];
}

/** Without the other tool there is no ratio, only pgwarden's own figure. */
function compare<T>(what: string, own: T[], other: T[], figure: (item: T) => number): void {
  report(what, median(own.map(figure)), median(other.map(figure)));
}

async function metered(
  url: string,
  delayMs: number,
  run: (url: string) => Promise<void>,
): Promise<Traffic> {
  const meter = await startMeter(server.port, delayMs);
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(meter.port);
  await run(through.href);
  meter.close();
  return meter.read();
}

function manifestFile(workload: Workload): string {
  const file = join(mkdtempSync(join(tmpdir(), 'pgwarden-bench-')), 'manifest.yaml');
  writeFileSync(file, manifestFor(workload));
  return file;
}

function nameOf({ schemas, tablesPerSchema }: Workload): string {
  return `${String(schemas)} schemas of ${String(tablesPerSchema)} tables`;
}
