import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { defineConfig } from 'vitepress'
import { chartsPlugin } from '../lib/charts.mjs'
import { codePlugin } from '../lib/code.mjs'
import { decisionsPlugin } from '../lib/decisions.mjs'
import { copyJavadoc, javadocModules } from '../lib/javadoc.mjs'
import { gitHost, linkedAssets, linksPlugin } from '../lib/links.mjs'
import { sidebar } from '../lib/navigation.mjs'
import { quotesPlugin } from '../lib/quotes.mjs'
import { slugify } from '../lib/slugs.mjs'
import { allPages, foldersWithoutPages, pageOf, repository, site } from '../lib/sources.mjs'
import { stepsPlugin } from '../lib/steps.mjs'
import { tablesPlugin } from '../lib/tables.mjs'

const base = process.env.SITE_BASE || '/'
if (!/^\/([\w.~-]+\/)*$/.test(base)) throw new Error(`SITE_BASE is ${base}, and must begin and end with a slash: /syncguard/`)

const pages = allPages()
const sourceByPage = new Map([...pages].map(([source, page]) => [page, source]))

/** Returns the file that is rendered. The search index has other paths than the pages. */
function sourceOf(env) {
  const source = relative(repository, env.realPath ?? env.path).split(sep).join('/')
  return pages.has(source) ? source : sourceByPage.get(source)
}

/** Pages are outside of this folder, and what they import is inside of it. */
const dependenciesOfPages = {
  name: 'syncguard-dependencies-of-pages',
  enforce: 'pre',
  resolveId(id, importer, options) {
    if (!/^vue(\/|$)/.test(id) || !importer || importer.startsWith(site)) return null
    return this.resolve(id, join(site, 'package.json'), { ...options, skipSelf: true })
  },
}

// Pages whose tables need the width that the outline takes.
const wide = new Set(['benchmarks.md', 'comparison.md', 'decisions/index.md'])

const summaries = {
  'index.md': 'A distributed lock for the JVM, on Redis and Firestore, with a fencing token for every acquisition.',
}

export default defineConfig({
  base,
  lang: 'en',
  title: 'SyncGuard',
  description: summaries['index.md'],
  srcDir: '..',
  // Nothing but pages, so that no build output is searched for Markdown.
  srcExclude: [...foldersWithoutPages().map((folder) => `${folder}/**`), 'site/{lib,public,tests}/**', 'site/*.md'],
  rewrites: (source) => pageOf(source) ?? source,
  cleanUrls: false,
  ignoreDeadLinks: [/^\/javadoc\/[a-z-]+\//],
  lastUpdated: false,
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}logo.svg` }],
    ['meta', { name: 'theme-color', content: '#0b6e75' }],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify, level: [1, 2, 3, 4] },
    toc: { slugify },
    config(md) {
      md.use(decisionsPlugin, { sourceOf })
      md.use(tablesPlugin)
      md.use(chartsPlugin, { sourceOf })
      md.use(stepsPlugin)
      md.use(quotesPlugin)
      md.use(codePlugin)
      md.use(linksPlugin, { base, sourceOf })
    },
  },
  transformPageData(page) {
    if (wide.has(page.relativePath)) {
      page.frontmatter.aside = false
      page.frontmatter.pageClass = 'wide'
    }
    page.description ||= summaries[page.relativePath] ?? ''
  },
  themeConfig: {
    logo: { src: '/logo.svg', alt: '' },
    nav: [
      { text: 'Start', link: '/start.html' },
      { text: 'Guide', link: '/guide.html' },
      { text: 'Rules', link: '/rules/interface.html', activeMatch: '/rules/' },
      { text: 'Benchmarks', link: '/benchmarks.html' },
      { text: 'Comparison', link: '/comparison.html' },
      { text: 'Javadoc', link: '/javadoc.html' },
    ],
    sidebar: sidebar(pages),
    outline: { level: [2, 3], label: 'On this page' },
    search: { provider: 'local', options: { detailedView: true } },
    socialLinks: gitHost ? [{ icon: 'github', link: gitHost, ariaLabel: 'Sources' }] : undefined,
    docFooter: { prev: 'Before', next: 'Next' },
    externalLinkIcon: true,
    footer: { message: 'MIT licensed. This site is made from the Markdown files of the repository.' },
    javadoc: javadocModules(),
  },
  vite: {
    plugins: [dependenciesOfPages],
    publicDir: join(site, 'public'),
    server: { fs: { allow: [repository] } },
    build: { chunkSizeWarningLimit: 2000 },
  },
  buildEnd({ outDir, pages: built }) {
    const missing = [...pages.keys()].filter((source) => !built.includes(source))
    if (missing.length > 0) throw new Error(`not built: ${missing.join(', ')}`)
    for (const asset of linkedAssets) {
      mkdirSync(dirname(join(outDir, asset)), { recursive: true })
      cpSync(join(repository, 'docs', asset), join(outDir, asset))
    }
    copyJavadoc(join(outDir, 'javadoc'))
  },
})
