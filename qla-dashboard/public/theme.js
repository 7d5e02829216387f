// Before the first paint: the theme chosen last time, else that of the system.
(function () {
  var kept = null
  try { kept = localStorage.getItem('heavens-theme') } catch { kept = null }
  var dark = kept ? kept === 'dark' : !matchMedia('(prefers-color-scheme: light)').matches
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
