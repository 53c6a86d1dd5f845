// What can be checked without a browser and without the built site: links as a Git host follows them, code, the navigation.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { decisions } from '../lib/decisions.mjs'
import { resolveLink } from '../lib/links.mjs'
import { sidebar } from '../lib/navigation.mjs'
import { slugify } from '../lib/slugs.mjs'
import { allPages, repository } from '../lib/sources.mjs'

const pages = [...allPages().keys()]
const read = (source) => readFileSync(join(repository, source), 'utf8')
const withoutCode = (text) => text.replace(/^( *)```[\s\S]*?^\1```$/gm, '').replace(/^ {4}.*$/gm, '')

function anchorsOf(source) {
  const seen = new Map()
  return new Set(
    [...withoutCode(read(source)).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
      const slug = slugify(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, ''))
      const times = seen.get(slug) ?? 0
      seen.set(slug, times + 1)
      return times === 0 ? slug : `${slug}-${times}`
    }),
  )
}

test('each link between files leads to a file, and its anchor to a heading', () => {
  const broken = []
  let checked = 0
  for (const source of pages.filter((page) => !page.startsWith('site/'))) {
    for (const [, href] of withoutCode(read(source)).replace(/`[^`\n]*`/g, '``').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(href)) continue
      checked++
      const [path, anchor] = href.split('#')
      const file = path ? resolve(repository, dirname(source), decodeURI(path)) : join(repository, source)
      if (!existsSync(file)) broken.push(`${source}: ${href}`)
      else if (anchor && file.endsWith('.md') && !anchorsOf(relative(repository, file)).has(anchor)) broken.push(`${source}: ${href}`)
    }
  }
  assert.deepEqual(broken, [])
  assert.ok(checked > 300, `only ${checked} links`)
})

test('a link to a file that is not there fails the build', () => {
  assert.throws(() => resolveLink('docs/guide.md', 'no-such-page.md'), /docs\/guide\.md links to no-such-page\.md/)
  assert.deepEqual(resolveLink('docs/guide.md', '../specs/adr/'), { page: 'decisions/index.md', anchor: undefined })
  assert.deepEqual(resolveLink('docs/guide.md', 'redis.md#cluster'), { page: 'redis.md', anchor: 'cluster' })
  assert.equal(resolveLink('docs/guide.md', 'https://redis.io'), null)
})

test('a page that is in no group of the navigation fails the build', () => {
  const more = new Map([...allPages(), ['docs/new-page.md', 'new-page.md']])
  assert.throws(() => sidebar(more), /in no group of the navigation: docs\/new-page\.md/)
})

test('the navigation takes the pages that exist', () => {
  const fewer = new Map([...allPages()].filter(([source]) => source !== 'docs/cli.md'))
  const links = (bar) => bar.flatMap((group) => group.items.map((item) => item.link))
  assert.ok(links(sidebar()).includes('/cli.html'))
  assert.ok(!links(sidebar(fewer)).includes('/cli.html'))
})

test('each decision record is in the index of the repository too', () => {
  const index = read('specs/adr/README.md')
  const records = pages.filter((source) => /^specs\/adr\/\d/.test(source))
  assert.deepEqual(
    records.filter((source) => !index.includes(`(${source.slice('specs/adr/'.length)})`)),
    [],
  )
  assert.equal(decisions().length, records.length)
  assert.ok(records.length >= 34)
})

function sourcesUnder(folder, found = []) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['target', 'node_modules', '.git', '.vitepress'].includes(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) sourcesUnder(path, found)
    else if (/\.(java|kt)$/.test(entry.name)) found.push(path)
  }
  return found
}

test('the code of pages is compiled: it stands in a source file, or a test takes it from the page', () => {
  const packed = (text) => text.replace(/\s+/g, '')
  const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
  const sources = sourcesUnder(repository).map((file) => ({ file, text: readFileSync(file, 'utf8') }))
  const tests = sources.filter(({ file }) => file.includes('/src/test/')).map(({ text }) => withoutComments(text))
  const everything = sources.map(({ text }) => packed(text))
  const takenByTest = (source) => tests.some((text) => text.includes(`${source}"`))
  const loose = []
  let blocks = 0
  for (const source of pages) {
    for (const [, , code] of read(source).matchAll(/^```(java|kotlin)\n([\s\S]*?)^```$/gm)) {
      blocks++
      if (!takenByTest(source) && !everything.some((text) => text.includes(packed(code)))) loose.push(`${source}: ${code.slice(0, 80)}`)
    }
  }
  assert.deepEqual(loose, [])
  assert.ok(blocks >= 40, `only ${blocks} blocks`)
})

test('the home page has no code of its own', () => {
  assert.doesNotMatch(read('site/pages/index.md'), /^```/m)
})

test('the lock file says exactly what the site is made with, and not where it came from', () => {
  const lock = JSON.parse(read('site/package-lock.json'))
  for (const version of Object.values(JSON.parse(read('site/package.json')).devDependencies)) assert.match(version, /^\d+\.\d+\.\d+$/)
  for (const [name, locked] of Object.entries(lock.packages).filter(([name]) => name)) {
    assert.equal(locked.resolved, undefined, `${name} names the registry it came from`)
    assert.ok(locked.integrity, `${name} has no checksum`)
  }
})
