// The built site as a server of files gives it, and a browser without a network.
import { createServer } from 'node:http'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { chromium } from 'playwright-core'
import { site } from '../lib/sources.mjs'

export const dist = join(site, '.vitepress/dist')
export const base = process.env.SITE_BASE || '/'

const types = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Returns the file that answers a path with the base of the site, or null. */
export function fileAt(path) {
  if (!path.startsWith(base)) return null
  let file = join(dist, decodeURIComponent(path.slice(base.length)))
  if (existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html')
  return existsSync(file) ? file : null
}

/** Returns the paths of all pages, without the Javadoc. */
export function builtPages(folder = dist) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return relative(dist, path) === 'javadoc' ? [] : builtPages(path)
      return entry.name.endsWith('.html') ? [base + relative(dist, path)] : []
    })
    .sort()
}

/** Starts a server, and answers its address and a function that ends it. */
export async function serve() {
  const server = createServer((request, response) => {
    const file = fileAt(new URL(request.url, 'http://localhost').pathname)
    if (file) {
      response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream')
      response.end(readFileSync(file))
    } else {
      response.statusCode = 404
      response.end()
    }
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((closed) => server.close(closed)),
  }
}

/** Starts the Chromium of SYNCGUARD_CHROMIUM. It asks nobody but the server for anything. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.SYNCGUARD_CHROMIUM || '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
