/**
 * Light or dark: the system's choice until the reader makes one.
 */

const system = window.matchMedia("(prefers-color-scheme: dark)");

const isDark = () => {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : system.matches;
};

/**
 * Make a button switch the theme; `aria-pressed` says whether it is dark.
 * @param {HTMLElement} button
 */
export function themeButton(button) {
  const tell = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try {
      window.localStorage.setItem("theme", theme);
    } catch {
      // Storage is off: the choice lasts for this page.
    }
    tell();
  });
  system.addEventListener("change", tell);
  tell();
}
