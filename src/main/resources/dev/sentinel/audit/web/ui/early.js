// Applies the theme and the density that were chosen in this browser, before anything is drawn. So it is a classic script:
// modules run when the page has been read, and may come after the first frame.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = (name) => {
    try {
      return localStorage.getItem(`sentinel:${name}`);
    } catch {
      // Storage is blocked.
      return null;
    }
  };
  const apply = () => {
    const theme = chosen("theme");
    const { dataset } = document.documentElement;
    dataset.theme = theme === "light" || theme === "dark" ? theme : dark.matches ? "dark" : "light";
    dataset.density = chosen("density") === "compact" ? "compact" : "comfortable";
    dispatchEvent(new Event("sentinel:appearance-applied"));
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("sentinel:appearance", apply);
  // Another tab.
  addEventListener("storage", apply);
})();
