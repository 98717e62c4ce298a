/**
 * Writes the licences of all production packages into a file: `node tools/images/notices.js [FILE]`, in a checkout
 * with its node_modules. Without FILE it prints them. The image's build and `npm pack` run it, so no notice is out of date.
 *
 * Plain JavaScript without dependencies: the image's build runs it where nothing is compiled.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const licenceName = /^(licen[cs]e|copying|notice|unlicense)/i;
const withoutFile = 'The package has no licence file. Its package.json declares the licence above.';

/** Licence files that are not at the root of their package. */
const elsewhere = { '@temporalio/core-bridge': ['sdk-core/LICENSE.txt'] };
const remarks = {
  '@temporalio/core-bridge':
    'Its native library contains the Rust crates that its Cargo.lock lists. It has no licence texts of these.',
};

const [file] = process.argv.slice(2);
const packages = productionPackages().map(noticeOf);
const unlicensed = packages.filter(({ licence, text }) => licence === '' && text === '');
if (unlicensed.length > 0) {
  console.error(`no licence: ${unlicensed.map(({ title }) => title).join(', ')}`);
  process.exit(1);
}
const text = noticesOf(packages);
if (file === undefined) process.stdout.write(text);
else writeFileSync(file, text);

/** Folders of the production packages. The lockfile also has packages for other platforms, which are not installed. */
function productionPackages() {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .filter(([path, { optional }]) => optional !== true || names(path).length > 0)
    .map(([path]) => path);
}

function noticeOf(path) {
  const {
    name,
    version,
    license = '',
    author,
  } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const licence = typeof license === 'string' ? license : (license.type ?? '');
  const by = typeof author === 'string' ? author : (author?.name ?? '');
  const texts = [remarks[name] ?? '', licenceText(path, elsewhere[name])];
  const text = texts.filter((part) => part !== '').join('\n\n');
  return { title: `${name} ${version}`, licence, by, text };
}

function licenceText(path, files = names(path).filter((name) => licenceName.test(name))) {
  const texts = files.map((name) => textOf(join(path, name)));
  return texts.length > 0 ? texts.join('\n\n') : licenceInReadme(path);
}

function licenceInReadme(path) {
  const readme = names(path).find((name) => /^readme(\.md)?$/i.test(name));
  if (readme === undefined) return '';
  const [, text = ''] = textOf(join(path, readme)).split(/^(?:#+ *licen[cs]e.*|licen[cs]e\n-+)$/im);
  return text.trim();
}

function textOf(path) {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim();
}

function names(path) {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

/** One section for each text, because many packages share theirs. */
function noticesOf(all) {
  const keys = [...new Set(all.map(sectionKey))];
  const sections = keys
    .map((key) => section(all.filter((each) => sectionKey(each) === key)))
    .sort();
  const rule = `\n${'-'.repeat(78)}\n\n`;
  return ['pgwarden contains these packages, under these licences.\n', ...sections].join(rule);
}

function sectionKey({ licence, by, text }) {
  return text === '' ? `${licence}\n${by}` : text;
}

function section(all) {
  const lines = all.map(({ title, licence, by }) =>
    [title, licence, by].filter((part) => part !== '').join(', '),
  );
  const [{ text }] = all;
  return `${[...new Set(lines)].sort().join('\n')}\n\n${text === '' ? withoutFile : text}\n`;
}
