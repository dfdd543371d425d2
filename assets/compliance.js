/* What the page of compliance does in the browser alone: the whole view in the address, and its tabs. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});

  /* write({name: value}) puts words into the address; an empty one leaves it */
  function write(words) {
    if (window.location.pathname !== "/compliance") return;
    var address = new URL(window.location.href);
    Object.keys(words).forEach(function (name) {
      if (words[name]) address.searchParams.set(name, words[name]);
      else address.searchParams.delete(name);
    });
    var next = address.pathname + address.search;
    if (next !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", next);
  }

  function isShown(key) {
    return (new URL(window.location.href).searchParams.get("tab") || "status") === key;
  }

  /* inputs of files, which nobody sees, are no second stop beside the buttons that open them */
  function settle() {
    window.setTimeout(function () {
      document.querySelectorAll("#compliance-main .drop-zone input[type=file]").forEach(function (input) {
        input.tabIndex = -1;
        input.setAttribute("aria-hidden", "true");
      });
    }, 0);
  }

  window.qpoCompliance = { write: write, isShown: isShown, settle: settle };
  dash.compliance = {
    /* tab(active) -> hidden for each panel, in the order of the tabs; what was drawn while hidden learns its size */
    tab: function (active) {
      write({ tab: active === "status" ? "" : active });
      window.setTimeout(function () { window.dispatchEvent(new Event("resize")); }, 0);
      var outputs = dash.callback_context.outputs_list;
      return outputs.map(function (one) { return one.id !== "compliance-panel-" + active; });
    }
  };
})();
