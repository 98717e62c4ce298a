import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { openTelemetry } from '../../telemetry/telemetry.ts';
import { eventually } from '../workflows/wait.ts';
import { openWorkerTelemetry } from '../../worker/telemetry.ts';

const log = pino({ enabled: false });

function opened(environment: NodeJS.ProcessEnv) {
  return openWorkerTelemetry(environment, log).then(
    (telemetry) => telemetry.close().then(() => 'opened'),
    (error: unknown) => error,
  );
}

test.each([
  [{ PGWARDEN_METRICS_PER_POLICY: 'many' }, 'PGWARDEN_METRICS_PER_POLICY is not a number: many'],
  [{ PGWARDEN_METRICS_PER_POLICY: '-1' }, 'PGWARDEN_METRICS_PER_POLICY is not a number: -1'],
  [
    { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'smoke' },
    'unknown OTLP protocol: smoke',
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x:4318', OTEL_METRIC_EXPORT_INTERVAL: '1m' },
    'OTEL_METRIC_EXPORT_INTERVAL is not a number of milliseconds: 1m',
  ],
])('%j is refused', async (environment, message) => {
  expect(await opened(environment)).toMatchObject({ code: 'Usage', message });
});

test.each([
  {},
  { PGWARDEN_METRICS_PER_POLICY: '' },
  { PGWARDEN_METRICS_PER_POLICY: '0' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
  { OTEL_EXPORTER_OTLP_PROTOCOL: 'smoke' }, // for traces of others: nothing is pushed
  { OTEL_METRICS_EXPORTER: 'prometheus,none' },
  { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
])('%j is accepted', async (environment) => {
  expect(await opened(environment)).toBe('opened');
});

test('metrics are exported under their own names, without labels of OpenTelemetry', async () => {
  const telemetry = await openTelemetry({ service: 'test', env: {}, log });
  const text = await telemetry.scrape();
  expect(text).toMatch(/^pgwarden_build_info\{version="\d+\.\d+\.\d+[^"]*"\} 1$/m);
  expect(text).toMatch(/^target_info\{service_name="test",service_version=".*"/m);
  expect(text).not.toContain('otel_scope');
  await telemetry.close();
});

test('the longest delay of the event loop is exported in seconds, and does not start over when it is read', async () => {
  const telemetry = await openTelemetry({ service: 'test', env: {}, log });
  const longest = async () => {
    const [, seconds] =
      /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(await telemetry.scrape()) ?? [];
    return Number(seconds);
  };
  // The delay is measured from the first turn of a timer on.
  await eventually(() => {
    const until = performance.now() + 200;
    while (performance.now() < until);
    return longest().then((seconds) => seconds >= 0.15);
  });
  expect(await longest()).toBeGreaterThanOrEqual(0.15);
  await telemetry.close();
});
