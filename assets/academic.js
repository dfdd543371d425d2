/* How does a chosen instance file get from the browser's form into the page, unless it is too large to be sent? */
(function () {
  "use strict";
  window.dash_clientside = window.dash_clientside || {};

  function bytesOf(content) {
    var text = content.slice(content.indexOf(",") + 1);
    return Math.max(0, Math.floor(text.length * 3 / 4) - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0));
  }

  /* taker(part) -> take(content, name, limits); the form is emptied, so that a mended file of the same name may follow */
  function taker(part) {
    return function (content, name, limits) {
      if (!content) { return window.dash_clientside.no_update; }
      var size = bytesOf(content), limit = (limits || {})[part];
      window.dash_clientside.set_props("academic-" + part + "-upload", { contents: null });
      return { name: name, size: size, limit: limit, content: limit && size > limit ? null : content, at: Date.now() };
    };
  }

  /* The forms' own inputs, which nobody sees, are no second stop beside the buttons that open them. */
  function settle() {
    document.querySelectorAll(".academic-drop input[type=file]").forEach(function (input) {
      input.tabIndex = -1;
      input.setAttribute("aria-hidden", "true");
    });
  }

  window.dash_clientside.academic = {
    takeInstance: taker("instance"),
    takeReference: taker("reference"),
    settle: function () { setTimeout(settle, 0); },

    /* A tick, or the socket said something about the run on this page. */
    watch: function (ticks, event, shown) {
      var hit = window.dash_clientside.callback_context.triggered_id;
      if (!hit) { return window.dash_clientside.no_update; }
      if (hit === "academic-tick") { return "tick:" + ticks; }
      var data = (event || {}).data || {};
      var about = data.run_id || data.id;
      return about && shown && about === shown.id ? "event:" + (event.seq || Date.now()) : window.dash_clientside.no_update;
    }
  };
})();
