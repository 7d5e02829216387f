import './app/theme.css'
import './app/heavens-app.js'
