import type { Instruments } from './instruments.ts';
import { metrics } from './metrics.ts';

/** Metrics about the process itself. */
export function measureProcess({ observed }: Instruments, version: string): void {
  const startedAt = Date.now() / 1_000 - process.uptime();
  observed(metrics.build, () => [{ labels: { version }, value: 1 }]);
  observed(metrics.residentMemory, () => [plain(process.memoryUsage.rss())]);
  observed(metrics.heapUsed, () => [plain(process.memoryUsage().heapUsed)]);
  observed(metrics.cpu, () => [plain(cpuSeconds())]);
  observed(metrics.started, () => [plain(startedAt)]);
}

function plain(value: number) {
  return { labels: {}, value };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}
