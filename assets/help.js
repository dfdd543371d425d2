/* Help: the link above every page leads to the help about it, the glossary is narrowed down, headers explain themselves. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var HEADERS = ".kpi-label, .table-q thead th, .ag-header-cell-text, .field > label, .field-label";
  var reading = null; // of the glossary, once somebody points at a header or a page has questions
  var terms = null; // name -> terms, once they are read

  /* The name of the screen that an address shows; a star stands for the last part. */
  function screenOf(path) {
    var root = document.getElementById("shell-root");
    var places = JSON.parse((root && root.getAttribute("data-help")) || "{}");
    var plain = path.replace(/(.)\/+$/, "$1");
    return places[plain] || places[plain.replace(/\/[^/]+$/, "/*")] || null;
  }

  function bare(text) {
    return text
      .trim()
      .replace(/ \(optional\)$/, "")
      .replace(/, at (most|least)(?= |$)/, "")
      .replace(/, (%|pp|bp|% a year)$/, "")
      .toLowerCase();
  }

  function read() {
    reading = reading || window
      .fetch("/api/v1/help/glossary", { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer.status); })
      .then(function (found) {
        terms = {};
        found.data.forEach(function (one) {
          [one.name].concat(one.also).forEach(function (name) {
            (terms[name.toLowerCase()] = terms[name.toLowerCase()] || []).push(one);
          });
        });
      })
      .catch(function () { reading = null; }); // asked again at the next header
    return reading;
  }

  function explain(node) {
    var screen = screenOf(window.location.pathname);
    var fitting = ((terms || {})[bare(node.textContent)] || []).filter(function (one) { return one.screens.indexOf(screen) >= 0; });
    if (!fitting.length || node.title) return;
    var one = fitting[0];
    node.title = one.definition + (one.formula ? "\n" + one.formula : "") + (one.sign ? "\n" + one.sign : "");
    node.classList.add("has-term");
  }

  document.addEventListener("pointerover", function (event) {
    var node = event.target.closest && event.target.closest(HEADERS);
    if (!node || node.title || !node.textContent) return;
    if (terms) explain(node);
    else read().then(function () { explain(node); });
  });

  /* Return what finds a term of this screen by what stands on it. */
  function finder() {
    return read().then(function () {
      var screen = screenOf(window.location.pathname);
      return function (text) {
        return ((terms || {})[bare(text)] || []).filter(function (one) { return one.screens.indexOf(screen) >= 0; })[0] || null;
      };
    });
  }

  dash.help = {
    terms: finder,
    /* link(path) -> where the help about this page stands */
    link: function (path) {
      var screen = screenOf(path || "/");
      return screen ? "/help/" + screen : "/help";
    },
    /* narrow(text) hides the entries that do not have every word, and says how many are left */
    narrow: function (text) {
      var words = (text || "").trim().toLowerCase().split(/\s+/).filter(Boolean);
      var entries = Array.prototype.slice.call(document.querySelectorAll("[data-term]"));
      var left = entries.filter(function (entry) {
        var has = entry.getAttribute("data-words");
        entry.hidden = !words.every(function (word) { return has.indexOf(word) >= 0; });
        return !entry.hidden;
      }).length;
      if (!entries.length) return "";
      if (!left) return "No term has these words. Try a part of one.";
      return left === entries.length ? left + " terms" : left + " of " + entries.length + " terms";
    }
  };
})();
