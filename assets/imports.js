/* How does a chosen file get from the browser's form into the page, unless it is too large to be sent? */
(function () {
  "use strict";
  window.dash_clientside = window.dash_clientside || {};

  /* bytesOf("data:...;base64,AAAA") -> how many bytes the text stands for */
  function bytesOf(content) {
    var text = content.slice(content.indexOf(",") + 1);
    return Math.max(0, Math.floor(text.length * 3 / 4) - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0));
  }

  window.dash_clientside.imports = {
    /* take(content, name, limit) -> {name, size, content}; the form is emptied, so that the same file may be chosen
       again after it was put right */
    take: function (content, name, limit) {
      if (!content) return dash_clientside.no_update;
      var size = bytesOf(content);
      var isTooLarge = limit && size > limit;
      dash_clientside.set_props("market-import-upload", { contents: null });
      return { name: name, size: size, limit: limit, content: isTooLarge ? null : content, at: Date.now() };
    },
    /* settle(): the form's own input, which nobody sees, is no second stop beside the button that opens it */
    settle: function () {
      document.querySelectorAll("#market-import-upload input[type=file], #imports-upload input[type=file]").forEach(function (input) {
        input.tabIndex = -1;
        input.setAttribute("aria-hidden", "true");
      });
    },
    /* discard(clicks) -> nothing chosen */
    discard: function (clicks) { return clicks ? null : dash_clientside.no_update; },
    /* takeHoldings(content, name, limit) -> the chosen file, as `take` does for market data */
    takeHoldings: function (content, name, limit) {
      if (!content) return dash_clientside.no_update;
      var size = bytesOf(content);
      dash_clientside.set_props("imports-upload", { contents: null });
      return { name: name, size: size, limit: limit, content: limit && size > limit ? null : content, at: Date.now() };
    },
    /* tab(active) -> [kind, wizard hidden, market hidden, history hidden] */
    tab: function (active) {
      remember("tab", active, "holdings");
      var isWizard = active === "holdings" || active === "transactions";
      return [isWizard ? active : dash_clientside.no_update, !isWizard, active !== "market", active !== "history"];
    },
    /* place(draft, step) keeps the draft and its step in the address, so that a reload loses nothing */
    place: function (draft, step) {
      remember("draft", draft && draft.id, null);
      remember("step", draft && step ? String(step) : null, null);
    }
  };

  function remember(name, value, usual) {
    var address = new URL(window.location.href);
    if (address.pathname !== "/imports") return;
    if (!value || value === usual) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
    var next = address.pathname + address.search;
    if (next !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", next);
  }

  /* A file may be dropped anywhere on the page: it goes to the form of the tab that is shown. */
  function formShown() {
    if (window.location.pathname !== "/imports") return null;
    var inputs = document.querySelectorAll("#imports-upload input[type=file], #market-import-upload input[type=file]");
    return Array.prototype.filter.call(inputs, function (one) { return one.parentElement.offsetParent !== null; })[0] || null;
  }
  document.addEventListener("dragover", function (event) {
    if (formShown() && event.dataTransfer && Array.prototype.indexOf.call(event.dataTransfer.types, "Files") >= 0) event.preventDefault();
  });
  document.addEventListener("drop", function (event) {
    var input = formShown();
    var files = event.dataTransfer && event.dataTransfer.files;
    if (!input || !files || !files.length || event.target.closest(".drop-zone")) return;
    event.preventDefault();
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
