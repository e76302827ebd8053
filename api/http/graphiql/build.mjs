/*
 * Builds static/ from src/: `npm ci && npm run build` (or `make graphiql` in the root).
 *
 * esbuild because it is one dependency and its output depends on nothing but its input:
 * the same lock gives the same bytes on every machine, so static/ can be committed and a
 * rebuild shows in git only when something changed. File names carry no hash for the same
 * reason; the server should send them with an ETag rather than "immutable".
 */
import { build } from 'esbuild';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, 'static');
const lock = JSON.parse(await readFile(join(here, 'package-lock.json'), 'utf8')).packages;

/** What the bundled packages must not bring along, or bring twice. */
const trim = {
  name: 'trim',
  setup({ onLoad, onResolve }) {
    /** Change a package's module while it is read; an edit that no longer fits fails the build. */
    const edit = (filter, edits) =>
      onLoad({ filter }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const [from, to] of edits) {
          if (contents.search(from) < 0) throw new Error(`${path} has changed: look at "trim" in build.mjs`);
          contents = contents.replace(from, () => to);
        }
        return { contents, loader: path.endsWith('.css') ? 'css' : 'js' };
      });
    // Monaco's modules import their own styles, which graphiql/style.css has already.
    onLoad({ filter: /[\\/]monaco-editor[\\/].*\.css$/ }, () => ({ contents: '', loader: 'empty' }));
    // GraphiQL's style sheet carries every script of its two fonts as data: URLs, each as
    // woff2 and as woff; src/style.css names the few font files that are needed.
    edit(/[\\/]graphiql[\\/]dist[\\/]style\.css$/, [[/@font-face\s*\{[^}]*(Roboto|Fira Code)[^}]*\}/g, '']]);
    // All of Monaco but what GraphiQL has no use for.
    onResolve({ filter: /monaco-editor\/esm\/vs\/editor\/edcore\.main\.js$/ }, () => ({ path: join(here, 'src/monaco-editor.js') }));
    // GraphiQL loads prettier's JavaScript parser and printer (0.5 MB) only to indent the JSON
    // of variables; jsonc-parser, which the same module imports anyway, can do that too.
    edit(/@graphiql[\\/]react[\\/]dist[\\/]utility[\\/]jsonc\.js$/, [
      [/async function formatJSONC\(content\) \{[\s\S]*?\n\}\n/, `async function formatJSONC(content) {
        return applyEdits(content, format(content, undefined, { tabSize: 2, insertSpaces: true }));
      }\n`],
      ['import { parse, ', 'import { applyEdits, format, parse, '],
    ]);
    // Two names for one prettier plugin; without this it would be bundled twice.
    edit(/@graphiql[\\/]react[\\/]dist[\\/]constants\.js$/, [['prettier/parser-graphql', 'prettier/plugins/graphql']]);
    // An advice for developers about duplicate modules, with a link to a package registry.
    edit(/[\\/]graphql[\\/]jsutils[\\/]instanceOf\.mjs$/, [[/^https:.*selective-version-resolutions$/m, '']]);

    // Optional in @graphiql/toolkit, for subscriptions over WebSocket, which the page does not offer.
    onResolve({ filter: /^graphql-ws$/ }, () => ({ path: 'graphql-ws', namespace: 'absent' }));
    onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'export {}' }));
  },
};

const common = {
  absWorkingDir: here,
  outdir: out,
  bundle: true,
  minify: true,
  charset: 'utf8',
  target: ['chrome100', 'firefox100', 'safari16.4'],
  legalComments: 'none', // THIRD_PARTY_LICENSES.txt has the full texts
  // graphql-js asks `globalThis.process && process.env.NODE_ENV === 'production'`.
  define: { 'process.env.NODE_ENV': '"production"', 'globalThis.process': 'true' },
  jsx: 'automatic',
  loader: { '.woff2': 'file', '.ttf': 'file' },
  assetNames: 'fonts/[name]',
  publicPath: '/graphql/static',
  metafile: true,
  // One copy of graphql-js: graphiql-explorer require()s it, for which esbuild would otherwise
  // take "main", and types of one copy are unknown to the other.
  mainFields: ['module', 'browser', 'main'],
  logLevel: 'warning',
  plugins: [trim],
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

// No code splitting: one script, loaded once and then cached, is simpler to serve and to
// review than a dozen chunks, and on a county's local network its size does not matter.
const page = await build({ ...common, format: 'esm', entryPoints: { graphiql: 'src/main.jsx' } });
// A classic script rather than a module: module workers are younger than some browsers in use.
const worker = await build({ ...common, format: 'iife', entryPoints: { worker: 'src/worker.js' } });
await copyFile(join(here, 'page.html'), join(out, 'index.html'));
await copyFile(join(here, 'favicon.svg'), join(out, 'favicon.svg'));

// ---- Licences of exactly what went into the bundles ------------------------------------

const bundled = new Set();
for (const { metafile } of [page, worker]) {
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1];
      if (bytesInOutput > 0 && folder) bundled.add(folder);
    }
  }
}

/** Packages that ship no licence file take the text of the repository that they come from. */
const LICENCE_FROM = {
  '@graphiql/plugin-doc-explorer': 'node_modules/graphiql',
  '@graphiql/plugin-explorer': 'node_modules/graphiql',
  '@graphiql/plugin-history': 'node_modules/graphiql',
  'react-compiler-runtime': 'node_modules/react',
  'react-remove-scroll-bar': 'node_modules/react-remove-scroll',
};

async function licenceText(folder, name) {
  const files = async (of) => (await readdir(join(here, of))).filter((f) => /^(licen[cs]e|copying|notice|thirdpartynotices)/i.test(f)).sort();
  let from = folder;
  let found = await files(from);
  if (found.length === 0 && LICENCE_FROM[name]) found = await files((from = LICENCE_FROM[name]));
  if (found.length === 0) throw new Error(`${name} ships no licence: name its source in LICENCE_FROM`);
  const texts = await Promise.all(found.map((f) => readFile(join(here, from, f), 'utf8')));
  return texts.map((t) => t.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n').trim()).join('\n\n');
}

const version = (name) => lock[`node_modules/${name}`].version;
// Byte order, as localeCompare would follow the language of the machine.
const byName = (a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0);
const sections = []; // a package that is installed twice in one version is named once
for (const folder of bundled) {
  const name = folder.split('node_modules/').pop();
  const { version: itsVersion, license } = JSON.parse(await readFile(join(here, folder, 'package.json'), 'utf8'));
  const title = `${name} ${itsVersion} (${license})`;
  if (!sections.some((s) => s.title === title)) sections.push({ title, text: await licenceText(folder, name) });
}
sections.push({
  title: 'codicons, the icon font inside graphiql.css (CC-BY-4.0)',
  text: 'Copyright (c) Microsoft Corporation. Licensed under the Creative Commons Attribution 4.0\nInternational License, https://creativecommons.org/licenses/by/4.0/legalcode. Unchanged.',
});

// The texts are kept word for word, but for links to package registries: no file here names
// a registry's host (hence also the broken-up pattern), and a package is found by its name.
const REGISTRY_LINK = /\b(?:https?:\/\/)?(?:[\w-]+\.)*(?:np(?:mjs)|yarn(?:pkg))\.(?:com|org)[^\s)>\]]*/gi;
const rule = '='.repeat(80);
const licences = [
  'GraphiQL as served by Fengqiao contains the packages below, under these licences.',
  ...sections.sort(byName).map(({ title, text }) => `${rule}\n${title}\n${rule}\n\n${text}`),
].join('\n\n').replace(REGISTRY_LINK, '(package registry)');
await writeFile(join(out, 'THIRD_PARTY_LICENSES.txt'), `${licences}\n`);
await writeFile(join(out, 'LICENSE'), `${await licenceText('node_modules/graphiql', 'graphiql')}\n`);

const named = ['graphiql', '@graphiql/react', '@graphiql/toolkit', '@graphiql/plugin-explorer', 'monaco-editor', 'monaco-graphql', 'graphql', 'react', 'react-dom', 'esbuild'];
await writeFile(join(out, 'VERSION'), named.map((name) => `${name} ${version(name)}\n`).join(''));

// ---- What must not be in static/ -------------------------------------------------------

for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const text = await readFile(path, 'latin1');
  if (text.includes(here)) throw new Error(`${path} contains a path of this machine`);
  if (text.match(REGISTRY_LINK)) throw new Error(`${path} names a package registry: ${text.match(REGISTRY_LINK)[0]}`);
}
