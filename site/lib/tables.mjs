// Tables of a rendered page, as values and as regions that scroll by themselves.

/** Returns the tables among tokens, each with its rows as texts, the headings above it, and where it begins. */
export function tablesIn(tokens) {
  const tables = []
  const headings = []
  let table = null
  let row = null
  tokens.forEach((token, index) => {
    if (token.type === 'heading_open') {
      const level = Number(token.tag.slice(1))
      headings.length = level - 1
      headings[level - 1] = tokens[index + 1].content
    } else if (token.type === 'table_open') {
      table = { start: index, rows: [], headings: headings.filter(Boolean) }
      tables.push(table)
    } else if (token.type === 'tr_open') {
      row = []
      table.rows.push(row)
    } else if (token.type === 'th_open' || token.type === 'td_open') {
      row.push(tokens[index + 1].content)
    }
  })
  return tables
}

// From this length on a cell is text, which needs a column of some width.
const text = 36

/** A markdown-it plugin that puts each table into a region which scrolls on its own, also by the keyboard. */
export function tablesPlugin(md) {
  const label = (tokens, index) => {
    for (let before = index; before >= 0; before--) {
      if (tokens[before].type === 'heading_open') return tokens[before + 1].content.replace(/[`*_]/g, '')
    }
    return 'Table'
  }
  md.renderer.rules.table_open = (tokens, index, options, env, self) =>
    `<div class="table-scroll" tabindex="0" role="region" aria-label="${md.utils.escapeHtml(label(tokens, index))}">` +
    self.renderToken(tokens, index, options)
  md.core.ruler.push('syncguard-columns', (state) => {
    const { tokens } = state
    for (const { start, rows } of tablesIn(tokens)) {
      const long = rows[0].map((_, column) => rows.some((row) => row[column].replace(/\]\([^)]*\)/g, '').length >= text))
      let column = 0
      for (let index = start; tokens[index].type !== 'table_close'; index++) {
        if (tokens[index].type === 'tr_open') column = 0
        else if (/^t[hd]_open$/.test(tokens[index].type) && long[column++]) tokens[index].attrJoin('class', 'long')
      }
    }
  })
  // One word, such as the id of a rule or the name of an option, stays on one line, and so does a number with what it counts.
  md.renderer.rules.td_open = (tokens, index, options, env, self) => {
    if (/^([^\s`[]{1,14}|\[[^\s`\]]{1,14}\]\([^)]*\)|\d[\d,.]* [^\s`[]{1,8}|`[^\s`]{1,26}`)$/.test(tokens[index + 1].content)) tokens[index].attrJoin('class', 'word')
    return self.renderToken(tokens, index, options)
  }
  md.renderer.rules.table_close = (tokens, index, options, env, self) => `${self.renderToken(tokens, index, options)}</div>`
}
