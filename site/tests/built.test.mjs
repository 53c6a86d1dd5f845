// The built files: links and anchors, and nothing that a reader's browser would have to fetch elsewhere.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { addressOf, allPages } from '../lib/sources.mjs'
import { base, builtPages, dist, fileAt } from './served.mjs'

const pages = builtPages().filter((page) => page !== `${base}404.html`)
const html = new Map(pages.map((page) => [page, readFileSync(fileAt(page), 'utf8')]))
const idsOf = (file) => new Set([...readFileSync(file, 'utf8').matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))

test('each page of the repository is a page of the site', () => {
  const missing = [...allPages().values()].filter((page) => !fileAt(base + addressOf(page).slice(1)))
  assert.deepEqual(missing, [])
  assert.ok(pages.length >= 58, `only ${pages.length} pages`)
})

test('each internal link leads to a file, and its anchor to an element', () => {
  const broken = new Set()
  const ids = new Map()
  let checked = 0
  for (const [page, text] of html) {
    for (const [, href] of text.matchAll(/<a\b[^>]*? href="([^"]+)"/g)) {
      if (/^[a-z]+:/.test(href)) continue
      checked++
      const url = new URL(href.replace(/&amp;/g, '&'), `http://site${page}`)
      const file = fileAt(url.pathname)
      if (!file) {
        broken.add(`${page}: ${href}`)
        continue
      }
      if (!ids.has(file)) ids.set(file, idsOf(file))
      const anchor = decodeURIComponent(url.hash.slice(1))
      if (anchor && !ids.get(file).has(anchor)) broken.add(`${page}: ${href}`)
    }
  }
  assert.deepEqual([...broken], [])
  assert.ok(checked > 3000, `only ${checked} links`)
})

test('no page loads anything from elsewhere', () => {
  const loads = [...html].flatMap(([page, text]) =>
    [...text.matchAll(/<(?:script|img|link|iframe|source)\b[^>]*? (?:src|href)="((?:https?:)?\/\/[^"]+)"/g)].map(
      ([, address]) => `${page}: ${address}`,
    ),
  )
  assert.deepEqual(loads, [])
})

test('the benchmarks are drawn from their tables', () => {
  const text = readFileSync(join(dist, 'benchmarks.html'), 'utf8')
  const figures = text.match(/<figure class="chart">/g)
  assert.equal(figures.length, 4)
  const [, shown] = text.match(/<p class="chart-title">1 thread<\/p><svg [^>]*aria-label="[^"]*SyncGuard, Jedis ([\d,]+)/)
  assert.match(text, new RegExp(`<td[^>]*>SyncGuard, Jedis</td><td[^>]*>${shown}</td>`))
  assert.doesNotMatch(text, /<img[^>]*throughput/)
})

test('the Javadoc is there, or its page says why not', () => {
  const text = readFileSync(join(dist, 'javadoc.html'), 'utf8')
  const links = [...text.matchAll(/href="([^"]*\/javadoc\/[^"]+)"/g)].map(([, href]) => href)
  if (existsSync(join(dist, 'javadoc'))) assert.ok(links.length > 0 && links.every((href) => fileAt(href)))
  else assert.match(text, /No Javadoc in this copy of the site/)
})
