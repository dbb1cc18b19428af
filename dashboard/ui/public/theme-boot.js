// Sets the theme and language before the first paint; a file, because inline scripts are refused.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem("stowage.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage.getItem("stowage.rail") === "collapsed") root.dataset.rail = "collapsed";
  } catch (error) {
    // Storage may be refused; the system's theme is the answer then.
  }
})();
