/**
 * What the release workflow asks of a checkout, which is the newest release in CHANGELOG.md:
 *
 *   node tools/release/main.js version [TAG]          its version; fails unless code, chart and TAG agree with it
 *   node tools/release/main.js image OWNER/NAME       the name of the image that the workflow pushes
 *   node tools/release/main.js notes OWNER/NAME       its entries, and how to verify it: the page of the release
 *   node tools/release/main.js prepare [OWNER/NAME]   writes it into package.json and the chart, with the GitHub repository
 *
 * `prepare` without a repository is for committing; with one, for a checkout that is packed and thrown away.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { releasesIn } from './changelog.js';
import { chartOf, imageOf } from './chart.js';

const checkout =
  process.env.PGWARDEN_RELEASE_CHECKOUT ?? fileURLToPath(new URL('../..', import.meta.url));
const chartFile = 'charts/pgwarden/Chart.yaml';
const valuesFile = 'charts/pgwarden/values.yaml';
const [command, argument] = process.argv.slice(2);

try {
  run();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}

function run() {
  const [release] = releasesIn(read('CHANGELOG.md'));
  if (release === undefined) throw new Error('CHANGELOG.md has no release');
  if (command === 'version') console.log(agreed(release.version, argument));
  else if (command === 'image') console.log(imageOf(repository()));
  else if (command === 'notes') console.log(notes(release, repository()));
  else if (command === 'prepare') prepare(release, argument && repository());
  else throw new Error('usage: node tools/release/main.js version | image | notes | prepare');
}

function repository() {
  if (/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(argument ?? '')) return argument;
  throw new Error(`not a repository: ${argument}`);
}

function notes({ version, text }, owner) {
  const image = imageOf(owner);
  const identity = `https://github.com/${owner}/.github/workflows/release.yml@refs/tags/v${version}`;
  const signer = `--certificate-identity ${identity} --certificate-oidc-issuer https://token.actions.githubusercontent.com`;
  return `${text}

## Verify

\`\`\`sh
cosign verify ${image}:${version} ${signer}
cosign verify ${image}/charts/pgwarden:${version} ${signer}
cosign verify-attestation --type cyclonedx ${image}:${version} ${signer}
gh attestation verify oci://${image}:${version} --repo ${owner}
npm audit signatures
\`\`\``;
}

function agreed(version, tag) {
  const lock = JSON.parse(read('package-lock.json'));
  const chart = parse(read(chartFile));
  const found = {
    'package.json': JSON.parse(read('package.json')).version,
    'package-lock.json': lock.version,
    [`${chartFile} (version)`]: chart.version,
    [`${chartFile} (appVersion)`]: chart.appVersion,
    ...(tag === undefined ? {} : { [`the tag ${tag}`]: tag.replace(/^v/, '') }),
  };
  const others = Object.entries(found).filter(([, each]) => each !== version);
  if (others.length === 0) return version;
  const list = others.map(([place, each]) => `${place} says ${each}`).join(', ');
  throw new Error(`CHANGELOG.md says ${version}, ${list}`);
}

function prepare(release, repository) {
  for (const file of ['package.json', 'package-lock.json'])
    writePackage(file, release.version, repository);
  const values = read(valuesFile);
  const { image } = parse(values).devServer;
  const facts = {
    ...{ release, repository, icon: read('docs/icon.svg') },
    devServer: `${image.repository}:${image.tag}`,
  };
  write(chartFile, chartOf(read(chartFile), facts));
  if (repository !== undefined)
    write(valuesFile, values.replace(/^( {2}repository: )pgwarden$/m, `$1${imageOf(repository)}`));
}

function writePackage(file, version, repository) {
  const content = JSON.parse(read(file));
  content.version = version;
  const root = content.packages?.[''];
  if (root !== undefined) root.version = version;
  // npm compares it with the repository in the provenance.
  if (repository !== undefined && root === undefined)
    content.repository = { type: 'git', url: `git+https://github.com/${repository}.git` };
  write(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

function read(file) {
  return readFileSync(join(checkout, file), 'utf8');
}

function write(file, text) {
  writeFileSync(join(checkout, file), text);
}
