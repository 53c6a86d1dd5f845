// The Javadoc that a release build leaves: `./mvnw -Prelease -DskipTests package`. The site takes what is there.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { repository } from './sources.mjs'

const made = 'target/reports/apidocs'

// Modules whose types an application names come first. The others follow in the order of their names.
const first = ['syncguard-api', 'syncguard-redis-jedis', 'syncguard-redis-lettuce', 'syncguard-firestore', 'syncguard-memory']

/** Returns the modules that have Javadoc: `{name, description, link}`. */
export function javadocModules() {
  return readdirSync(repository)
    .filter((name) => existsSync(join(repository, name, made, 'index.html')))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((name) => ({ name, description: descriptionOf(name), link: `/javadoc/${name}/index.html` }))
}

function rank(name) {
  const position = first.indexOf(name)
  return position < 0 ? first.length : position
}

function descriptionOf(module) {
  const pom = readFileSync(join(repository, module, 'pom.xml'), 'utf8').replace(/<parent>[\s\S]*?<\/parent>/, '')
  return pom.match(/<description>([\s\S]*?)<\/description>/)?.[1].replace(/\s+/g, ' ').trim() ?? ''
}

/** Copies the Javadoc of all modules into a folder. */
export function copyJavadoc(folder) {
  for (const { name } of javadocModules()) {
    cpSync(join(repository, name, made), join(folder, name), { recursive: true })
    // The style sheet of a JDK that was packaged without fonts imports this file all the same.
    const fonts = join(folder, name, 'resources/fonts/dejavu.css')
    if (!existsSync(fonts)) {
      mkdirSync(dirname(fonts), { recursive: true })
      writeFileSync(fonts, '')
    }
  }
}
