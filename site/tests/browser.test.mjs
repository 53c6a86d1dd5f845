// Every page in a browser: nothing breaks, nothing is fetched elsewhere, nothing is too wide for a phone, and all can be read.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { base, builtPages, launch, serve } from './served.mjs'

const phone = { width: 360, height: 740 }
const desktop = { width: 1280, height: 900 }
let server
let browser

before(async () => {
  server = await serve()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

/** Opens a page in a context of its own. What goes wrong is in `troubles`. */
async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: desktop, ...options })
  const page = await context.newPage()
  const troubles = watch(page)
  await page.goto(server.address + path, { waitUntil: 'load' })
  return { context, page, troubles }
}

function watch(page) {
  const troubles = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && troubles.push(message.text()))
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('response', (response) => response.status() >= 400 && troubles.push(`${response.status()} ${response.url()}`))
  page.route(
    (url) => url.origin !== server.address,
    (route) => {
      troubles.push(`asks ${route.request().url()}`)
      return route.abort()
    },
  )
  return troubles
}

/** Runs in the page: returns texts whose contrast with what is behind them is too low. */
function pale(least) {
  const parse = (color) => {
    const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number)
    return { red, green, blue, alpha }
  }
  const over = (top, below) => {
    const mix = (channel) => top[channel] * top.alpha + below[channel] * (1 - top.alpha)
    return { red: mix('red'), green: mix('green'), blue: mix('blue'), alpha: 1 }
  }
  const behind = (element) => {
    if (!element) return { red: 255, green: 255, blue: 255, alpha: 1 }
    const color = parse(getComputedStyle(element).backgroundColor)
    return color.alpha === 1 ? color : over(color, behind(element.parentElement))
  }
  const luminance = ({ red, green, blue }) => {
    const linear = [red, green, blue].map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }
  const found = new Map()
  let measured = 0
  const root = document.querySelector('.VPContent')
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement
    const text = texts.currentNode.textContent.trim()
    if (!text || !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue
    if (element.closest('.header-anchor, [aria-disabled="true"], .visually-hidden')) continue
    // These lie on shapes of their picture, which is not what this finds behind them.
    if (element.closest('svg.fencing .state, svg.fencing .lane, .home-picture .holder')) continue
    const style = getComputedStyle(element)
    const ground = behind(element)
    const paint = element instanceof SVGElement ? style.fill : style.color
    const [light, dark] = [luminance(over(parse(paint), ground)), luminance(ground)].sort((a, b) => b - a)
    const contrast = (light + 0.05) / (dark + 0.05)
    measured++
    if (contrast < least) found.set(`${element.tagName} ${element.className} ${paint}`, `${contrast.toFixed(2)}: ${text.slice(0, 40)}`)
  }
  return { measured, found: [...found].map((entry) => entry.join(' ')) }
}

test('every page opens without an error, fits a phone, and can be read in light and in dark', async () => {
  const troubles = []
  let measured = 0
  const context = await browser.newContext({ viewport: phone, colorScheme: 'light', reducedMotion: 'reduce' })
  const page = await context.newPage()
  const seen = watch(page)
  for (const path of builtPages()) {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.goto(server.address + path, { waitUntil: 'load' })
    await page.addStyleTag({ content: '*, *::before, *::after { transition: none !important; animation: none !important }' })
    const width = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth))
    if (width > phone.width) troubles.push(`${path}: is ${width} px wide`)
    const headings = await page.locator('h1').count()
    if (headings !== 1) troubles.push(`${path}: has ${headings} main headings`)
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      await page.waitForFunction((dark) => document.documentElement.classList.contains('dark') === dark, colorScheme === 'dark')
      const result = await page.evaluate(pale, 4.5)
      measured += result.measured
      troubles.push(...result.found.map((text) => `${path}, ${colorScheme}: ${text}`))
    }
    troubles.push(...seen.splice(0).map((text) => `${path}: ${text}`))
  }
  await context.close()
  assert.deepEqual(troubles, [])
  assert.ok(measured > 10_000, `only ${measured} texts were measured`)
})

test('tables are wider than a phone only inside themselves, and the keyboard reaches them', async () => {
  const { context, page, troubles } = await open(`${base}benchmarks.html`, { viewport: phone })
  const table = page.locator('.table-scroll').first()
  assert.ok(await table.evaluate((element) => element.scrollWidth > element.clientWidth))
  await table.focus()
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction(() => document.querySelector('.table-scroll').scrollLeft > 0)
  assert.equal(await table.getAttribute('role'), 'region')

  // A table that fits is no stop.
  await page.setViewportSize({ width: 1600, height: 900 })
  await page.waitForFunction(() => !document.querySelector('.table-scroll').hasAttribute('tabindex'))
  await page.setViewportSize(phone)
  await page.waitForFunction(() => document.querySelector('.table-scroll').getAttribute('tabindex') === '0')
  assert.deepEqual(troubles, [])
  await context.close()
})

test('names and figures of the charts do not lie on one another on a phone', async () => {
  const { context, page } = await open(`${base}benchmarks.html`, { viewport: phone })
  const rows = await page.locator('.chart g').evaluateAll((groups) =>
    groups.map((group) => {
      const [name, value] = [group.querySelector('.name'), group.querySelector('.value')]
      return { text: name.textContent, gap: value.getBoundingClientRect().left - name.getBoundingClientRect().right }
    }),
  )
  assert.ok(rows.length > 100, `only ${rows.length} rows`)
  assert.deepEqual(
    rows.filter((row) => row.gap < 4),
    [],
  )
  await context.close()
})

test('the search finds a page, and the keyboard opens it', async () => {
  const { context, page, troubles } = await open(base)
  await page.keyboard.press('Control+k')
  await page.locator('#localsearch-input').fill('hand over slot')
  const first = page.locator('.VPLocalSearchBox .result').first()
  await first.waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/firestore|guide|decisions|rules/)
  assert.deepEqual(troubles, [])
  await context.close()
})

const step = (page) => page.locator('.stepped-list li.current').evaluate((item) => [...item.parentElement.children].indexOf(item) + 1)
const events = (page) => page.locator('.fencing .event.shown').count()

test('the picture of fencing is stepped through by the keyboard alone', async () => {
  const { context, page, troubles } = await open(`${base}fencing.html`)
  const stage = page.locator('.stepped-stage[tabindex="0"]')
  await stage.waitFor()
  const steps = await page.locator('.stepped-list li').count()
  assert.equal(steps, 6)
  await page.locator('.vp-doc h2').first().evaluate((heading) => heading.querySelector('a').focus())
  for (let presses = 0; presses < 5 && !(await stage.evaluate((element) => element === document.activeElement)); presses++) {
    await page.keyboard.press('Tab')
  }
  const outline = await stage.evaluate((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    return { focused: element === document.activeElement, outlineStyle, outlineWidth: parseFloat(outlineWidth) }
  })
  assert.ok(outline.focused && outline.outlineStyle !== 'none' && outline.outlineWidth >= 2, JSON.stringify(outline))

  for (let expected = 1; expected <= steps; expected++) {
    assert.equal(await step(page), expected)
    assert.equal(await events(page), expected)
    assert.equal(await page.locator('.stepped-list li:visible').count(), 1)
    await page.keyboard.press('ArrowRight')
    if (expected < steps) await page.waitForFunction((text) => document.querySelector('[aria-live]').textContent.startsWith(text), `Step ${expected + 1} of 6. `)
  }
  assert.match(await page.locator('[aria-live]').textContent(), /refuses the write/)
  assert.equal(await step(page), 6)
  await page.keyboard.press('Home')
  await page.waitForFunction(() => document.querySelector('.stepped-list li').classList.contains('current'))

  const next = page.getByRole('button', { name: 'Next' })
  const back = page.getByRole('button', { name: 'Back' })
  await next.focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Space')
  assert.equal(await step(page), 3)
  await back.focus()
  await page.keyboard.press('Enter')
  assert.equal(await step(page), 2)
  await page.getByRole('button', { name: 'Step 6' }).focus()
  await page.keyboard.press('Enter')
  assert.equal(await step(page), 6)
  assert.equal(await next.getAttribute('aria-disabled'), 'true')
  assert.deepEqual(troubles, [])
  await context.close()
})

test('the picture does not move for a reader who wants less motion', async () => {
  for (const [reducedMotion, moves] of [['reduce', false], ['no-preference', true]]) {
    const { context, page } = await open(`${base}fencing.html`, { reducedMotion })
    const duration = await page.locator('.fencing .event').first().evaluate((event) => getComputedStyle(event).transitionDuration)
    assert.equal(parseFloat(duration) > 0, moves, `${reducedMotion}: ${duration}`)
    await context.close()
  }
})

test('the Javadoc opens, and asks nobody else for anything', async (context) => {
  const { context: opened, page, troubles } = await open(`${base}javadoc.html`)
  const link = page.locator('main a[href*="/javadoc/"]').first()
  if ((await link.count()) === 0) {
    await opened.close()
    return context.skip('the site was built without Javadoc')
  }
  await link.click()
  await page.waitForURL(/\/javadoc\/[a-z-]+\/index\.html/)
  assert.match(await page.title(), /SyncGuard|syncguard/)
  await page.locator('a[href*="package-summary.html"]').first().click()
  await page.waitForURL(/package-summary\.html/)
  assert.deepEqual(troubles, [])
  await opened.close()
})

test('without JavaScript the whole picture and all steps are there', async () => {
  const { context, page } = await open(`${base}fencing.html`, { javaScriptEnabled: false })
  assert.equal(await page.locator('.stepped-list li:visible').count(), 6)
  assert.equal(await events(page), 6)
  assert.equal(await page.locator('.stepped button').count(), 0)
  await context.close()
})
