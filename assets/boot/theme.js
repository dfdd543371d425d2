/* Sets the theme before the first paint, and gives the other scripts their small common ground. Loaded in the head. */
(function () {
  "use strict";
  var KEY = "qpo-theme";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var listeners = [];

  function stored() {
    try {
      return window.localStorage.getItem(KEY);
    } catch (refused) {
      return null; // storage may be forbidden; the theme then lives as long as the page
    }
  }

  var choice = stored() || "system";

  function shown() {
    return choice === "system" ? (dark.matches ? "dark" : "light") : choice;
  }

  function apply() {
    var now = shown();
    document.documentElement.setAttribute("data-bs-theme", now);
    if (document.body) document.body.setAttribute("data-ag-theme-mode", now);
    // sign-in pages run no script: a cookie tells the server which theme to write into them
    document.cookie = "qpo_theme=" + now + "; path=/; max-age=31536000; samesite=lax";
    listeners.forEach(function (listener) { listener(choice, now); });
  }

  function choose(next) {
    if (["light", "dark", "system"].indexOf(next) < 0) return;
    choice = next;
    try {
      window.localStorage.setItem(KEY, next);
    } catch (refused) {
      choice = next;
    }
    apply();
  }

  dark.addEventListener("change", function () { if (choice === "system") apply(); });
  apply();

  window.qpo = {
    theme: {
      choice: function () { return choice; },
      shown: shown,
      choose: choose,
      toggle: function () { choose(shown() === "dark" ? "light" : "dark"); },
      onChange: function (listener) { listeners.push(listener); }
    },
    /* Calls back once the frame of the page stands, again each time it is drawn anew. */
    onShell: function (callback) {
      var last = null;
      function look() {
        var root = document.getElementById("shell-root");
        if (root && root !== last) {
          last = root;
          callback(root);
        }
      }
      function start() {
        look();
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
      }
      if (document.body) start();
      else document.addEventListener("DOMContentLoaded", start);
    },
    /* Writes properties of a Dash component, if it stands on the page. */
    set: function (id, properties) {
      var dash = window.dash_clientside;
      if (dash && dash.set_props) dash.set_props(id, properties);
    }
  };
})();
