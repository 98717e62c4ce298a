/**
 * Removes build-time packages from a checkout's node_modules, and writes the certificates that Node.js trusts to a
 * file. Only the build of the image runs it: `node tools/images/strip.js`. It is plain JavaScript because it runs
 * before anything is installed.
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

const architectures = { x64: 'x86_64', arm64: 'aarch64' };
const platform = `${architectures[process.arch]}-unknown-linux-gnu`;

/**
 * The worker loads a bundle of its workflows and needs no compiler. The SDK loads webpack for its bundler but does not
 * run it.
 */
const buildOnly = ['@swc', '@types', 'caniuse-lite', '@temporalio/core-bridge/sdk-core'];

const bridge = join('node_modules', '@temporalio', 'core-bridge');
const releases = join(bridge, 'releases');
for (const name of readdirSync(releases).filter((name) => name !== platform)) {
  rmSync(join(releases, name), { recursive: true });
}
for (const name of buildOnly) rmSync(join('node_modules', name), { recursive: true, force: true });
for (const entry of readdirSync('node_modules', { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && /\.(d\.[cm]?ts|map)$/.test(entry.name)) {
    rmSync(join(entry.parentPath, entry.name));
  }
}
writeFileSync('certificates.pem', `${rootCertificates.join('\n')}\n`);
