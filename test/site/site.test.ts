import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { z } from 'zod';

const browserNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const browserPath = process.env.CHROMIUM_PATH ?? onPath(browserNames);
const isRequired = process.env.CI === 'true';

/** Without a browser, the test builds the site and checks its links, and opens no page. */
const withBrowser = browserPath === undefined && !isRequired ? test.skip : test;

let folder: string;
let server: Server;
let browser: Browser | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-site-'));
  const vitepress = 'node_modules/vitepress/bin/vitepress.js';
  const args = [vitepress, 'build', 'docs', '--outDir', folder];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  server = createServer((request, response) => {
    void fileOf(request.url ?? '/').then(({ type, body }) => {
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': type }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

test('the site has every page of docs/, and no page loads anything from elsewhere', async () => {
  for (const page of ['index', 'concepts', 'errors', 'how-to/adopt', 'coming-from/sql']) {
    const html = await readFile(join(folder, `${page}.html`), 'utf8');
    expect(html.match(/(?:src|href)="https?:[^"]*\.(?:js|css|woff2?)"/g)).toBeNull();
  }
});

withBrowser(
  'a reader finds an error by searching, without a network',
  async () => {
    const page = await opened('/');
    expect(await valuesOf(page, 'h1', 'textContent')).toEqual([
      expect.stringContaining('pgwarden'),
    ]);
    await page.click('.VPNavBarSearchButton, #local-search button');
    await page.waitForSelector('#localsearch-input');
    await page.type('#localsearch-input', 'LockContention');
    await page.waitForFunction('document.querySelectorAll(".results a").length > 0');
    const found = await valuesOf(page, '.results a', 'href');
    expect(found.some((href) => href.endsWith('/errors.html#lockcontention'))).toBe(true);
  },
  120_000,
);

withBrowser(
  'each of the concepts has a picture',
  async () => {
    const page = await opened('/concepts.html');
    await page.waitForFunction('document.querySelectorAll(".mermaid svg").length === 6');
    const sections = await valuesOf(page, '.vp-doc h2', 'id');
    expect(sections).toEqual(['policy', 'profile', 'plan', 'drift', 'claim', 'finding']);
  },
  120_000,
);

withBrowser(
  'a link from a table leads to its heading on another page',
  async () => {
    const page = await opened('/operating/failure-modes.html');
    await page.click('a[href$="errors.html#serverbusy"]');
    await page.waitForFunction('location.hash === "#serverbusy"');
    await page.waitForSelector('#serverbusy');
  },
  120_000,
);

/** A page of the site, in a browser that can reach only the site. */
async function opened(path: string): Promise<Page> {
  if (browserPath === undefined) throw new Error('CI=true needs chromium: set CHROMIUM_PATH');
  const { port } = server.address() as AddressInfo;
  browser ??= await puppeteer.launch({
    executablePath: browserPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}${path}`, { waitUntil: 'networkidle0' });
  return page;
}

/** A property of every matching element. */
async function valuesOf(page: Page, selector: string, property: string): Promise<string[]> {
  const all = `[...document.querySelectorAll('${selector}')]`;
  return z.array(z.string()).parse(await page.evaluate(`${all}.map((each) => each.${property})`));
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

async function fileOf(url: string): Promise<{ readonly type: string; readonly body?: Buffer }> {
  const path = normalize(new URL(url, 'http://site').pathname).replace(/\/$/, '/index.html');
  const type = types[extname(path)] ?? 'application/octet-stream';
  const file = join(folder, path);
  return existsSync(file) ? { type, body: await readFile(file) } : { type };
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(':');
  return names
    .flatMap((name) => folders.map((each) => join(each, name)))
    .find((path) => existsSync(path));
}
