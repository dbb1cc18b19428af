// Sets the theme, the density and the contrast before the first paint; a file, because inline scripts are refused.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem("stowage.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    var density = localStorage.getItem("stowage.density");
    if (density === "compact" || density === "relaxed") root.dataset.density = density;
    if (localStorage.getItem("stowage.contrast") === "more") root.dataset.contrast = "more";
    if (localStorage.getItem("stowage.rail") === "collapsed") root.dataset.rail = "collapsed";
  } catch (error) {
    // Storage may be refused; the system's theme is the answer then.
  }
})();
