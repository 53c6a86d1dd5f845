// Charts of docs/benchmarks.md, drawn from the tables of that page when the site is built.
import { tablesIn } from './tables.mjs'

const page = 'docs/benchmarks.md'

// A measurement in memory or on an emulator has another scale, and would make the others invisible. Its figures are in the table.
const otherScale = /memory|Firestore/

const single = (text) => {
  const value = Number(text.replace(/,/g, ''))
  return Number.isFinite(value) ? { value, text } : null
}
const pair = (text) => {
  const [low, high] = text.split(' / ').map((part) => Number(part.replace(/,/g, '')))
  return Number.isFinite(low) && Number.isFinite(high) ? { value: low, high, text } : null
}

const columns = (parse, unit) => (table) =>
  table.rows[0].slice(1).map((title, column) => ({
    title: unit ? `${title}, ${unit}` : title,
    bars: table.rows.slice(1).map((row) => ({ name: row[0], ...parse(row[column + 1]) })),
  }))

// Each chart stands before the table under its heading, and replaces the picture that the Git host shows there.
const charts = [
  {
    heading: 'Acquire and release, uncontended',
    caption: 'Pairs per second on one Redis server: more is better. Each panel has a scale of its own.',
    panels: columns(single),
    most: true,
  },
  {
    heading: 'Latency',
    caption: 'Microseconds for one acquire and one release, p50 (dark) and p99 (light): less is better.',
    panels: columns(pair),
  },
  {
    heading: 'Memory',
    caption: 'Bytes that one lock takes in Redis: less is better.',
    panels: (table) => columns(single)({ rows: table.rows.map((row) => row.slice(0, 3)) }),
  },
]

const handOff = {
  heading: 'Contended hand-off',
  caption:
    'Microseconds from a release until another contender has the lock, p50 (dark) and p99 (light): less is better. The number after it ' +
    'is the share of turns that the unluckiest contender had, compared with the luckiest: 1.00 is fair.',
  panel(table) {
    const column = (name) => {
      const found = table.rows[0].indexOf(name)
      if (found < 0) throw new Error(`${page} has no column "${name}" under "${table.headings.at(-1)}"`)
      return found
    }
    const [p50, p99, turns] = ['cross hand-off p50 µs', 'p99 µs', 'fewest/most turns'].map(column)
    return {
      title: table.headings.at(-1),
      bars: table.rows.slice(1).map((row) => ({
        name: row[0],
        value: Number(row[p50]),
        high: Number(row[p99]),
        text: `${Number(row[p50]).toLocaleString('en')} / ${Number(row[p99]).toLocaleString('en')} · ${row[turns]}`,
      })),
    }
  },
}

/** A markdown-it plugin that draws the charts. */
export function chartsPlugin(md, { sourceOf }) {
  md.core.ruler.push('syncguard-charts', (state) => {
    if (sourceOf(state.env) !== page) return
    const tables = tablesIn(state.tokens)
    const insertions = charts.map((chart) => {
      const table = tables.find((candidate) => candidate.headings.includes(chart.heading))
      if (!table) throw new Error(`${page} has no table under "${chart.heading}", which site/lib/charts.mjs draws`)
      return { at: table.start, html: figure(chart, chart.panels(table)) }
    })
    const handOffs = tables.filter((table) => table.headings.includes(handOff.heading))
    if (handOffs.length === 0) throw new Error(`${page} has no table under "${handOff.heading}"`)
    insertions.push({ at: handOffs[0].start - 3, html: figure(handOff, handOffs.map(handOff.panel)) })
    insertions.sort((a, b) => b.at - a.at)
    for (const { at, html } of insertions) {
      const token = new state.Token('html_block', '', 0)
      token.content = html
      state.tokens.splice(at, 0, token)
    }
    dropPictures(state.tokens)
  })
}

// The pictures that the Git host shows have the same figures.
function dropPictures(tokens) {
  for (let index = tokens.length - 3; index >= 0; index--) {
    const [open, inline] = [tokens[index], tokens[index + 1]]
    const picture = inline.children?.length === 1 && inline.children[0].type === 'image' && inline.children[0]
    if (open.type === 'paragraph_open' && picture && /^(\.\/)?benchmarks\/.*\.svg$/.test(picture.attrGet('src'))) {
      tokens.splice(index, 3)
    }
  }
}

function figure({ caption, most }, panels) {
  const drawn = panels.map((panel) => svg(panel, most)).join('')
  return `<figure class="chart"><figcaption>${escape(caption)}</figcaption>${legend(panels)}<div class="chart-panels">${drawn}</div></figure>\n`
}

const kinds = { ours: 'SyncGuard', bare: 'no library, the same scripts', other: 'other libraries' }

function legend(panels) {
  const present = new Set(panels.flatMap((panel) => panel.bars.map((bar) => kindOf(bar.name))))
  const entries = Object.entries(kinds).filter(([kind]) => present.has(kind))
  return `<p class="chart-legend">${entries.map(([kind, text]) => `<span class="${kind}">${text}</span>`).join('')}</p>`
}

// A name and a figure share a line of 280 px. The table below has the versions.
function shortName(name) {
  return name.replace(/ \d+(\.\d+)+(\.RELEASE)?/, '').replace(/, same scripts$/, '').replace(' registry,', ',')
}

const rowHeight = 38

// Positions are percentages and sizes pixels, so that text keeps its size on a narrow screen.
function svg({ title, bars }, most) {
  const shown = bars
    .filter((bar) => bar.value !== undefined && !otherScale.test(bar.name))
    .sort((a, b) => (most ? b.value - a.value : a.value - b.value))
  const largest = Math.max(...shown.map((bar) => bar.high ?? bar.value))
  const percent = (value) => `${((100 * value) / largest).toFixed(2)}%`
  const rows = shown.map((bar, row) => {
    const top = row * rowHeight
    const label = `<text class="name" x="0" y="${top + 15}">${escape(shortName(bar.name))}</text>`
    const value = `<text class="value" x="100%" y="${top + 15}" text-anchor="end">${escape(bar.text)}</text>`
    const track = `<rect class="track" x="0" y="${top + 21}" width="100%" height="9" rx="2"/>`
    const high = bar.high ? `<rect class="high" x="0" y="${top + 21}" width="${percent(bar.high)}" height="9" rx="2"/>` : ''
    const main = `<rect class="main" x="0" y="${top + 21}" width="${percent(bar.value)}" height="9" rx="2"/>`
    return `<g class="${kindOf(bar.name)}">${label}${value}${track}${high}${main}</g>`
  })
  const spoken = `${title}: ${shown.map((bar) => `${bar.name} ${bar.text}`).join('; ')}`
  return (
    `<div class="chart-panel"><p class="chart-title">${escape(title)}</p>` +
    `<svg width="100%" height="${shown.length * rowHeight}" role="img" aria-label="${escape(spoken)}">${rows.join('')}</svg></div>`
  )
}

function kindOf(name) {
  if (name.startsWith('SyncGuard')) return 'ours'
  return /same scripts/.test(name) ? 'bare' : 'other'
}

function escape(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
}
