/*
 * A classic script in the page's head: sets the reader's theme before the first paint, so that a dark page never
 * flashes white. The button is wired in theme.js.
 */
(() => {
  let chosen = null;
  try {
    chosen = window.localStorage.getItem("theme");
  } catch {
    return; // storage is off: the system's theme is used
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
