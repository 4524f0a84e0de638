// Light or dark, set before anything is painted. Not a module, since those wait for the page.

(() => {
  const kept = () => {
    try {
      return localStorage.getItem("theme") ?? "system";
    } catch {
      return "system"; // a browser that keeps nothing
    }
  };
  window.theme = {
    current: () => document.documentElement.dataset.theme,
    isDark() {
      const chosen = this.current();
      return chosen === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
    },
    use(name) {
      document.documentElement.dataset.theme = name;
      try {
        localStorage.setItem("theme", name);
      } catch {
        // as above
      }
    },
  };
  document.documentElement.dataset.theme = kept();
})();
