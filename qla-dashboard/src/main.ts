import './app/heavens-app.js'
