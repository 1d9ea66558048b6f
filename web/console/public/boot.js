// Sets theme and language before the first paint, so that a dark screen never flashes white.
(function () {
  var root = document.documentElement
  var read = function (key) {
    try { return localStorage.getItem(key) } catch { return null }
  }
  var theme = read('paymeter.theme') || 'system'
  var dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  root.lang = read('paymeter.language') === 'en' ? 'en' : 'zh-CN'
})()
