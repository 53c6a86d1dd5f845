import DefaultTheme from 'vitepress/theme'
import { h } from 'vue'
import HomePicture from './components/HomePicture.vue'
import JavadocModules from './components/JavadocModules.vue'
import SteppedPicture from './components/SteppedPicture.vue'
import { watchScrollers } from './scrollers.mjs'
import './style.css'

export default {
  extends: DefaultTheme,
  Layout: {
    setup() {
      watchScrollers()
      return () => h(DefaultTheme.Layout, null, { 'home-hero-image': () => h(HomePicture) })
    },
  },
  enhanceApp({ app }) {
    app.component('JavadocModules', JavadocModules)
    app.component('SteppedPicture', SteppedPicture)
  },
}
