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
      dash_clientside.set_props("settings-import-upload", { contents: null });
      return { name: name, size: size, limit: limit, content: isTooLarge ? null : content, at: Date.now() };
    },
    /* settle(): the form's own input, which nobody sees, is no second stop beside the button that opens it */
    settle: function () {
      var input = document.querySelector("#settings-import-upload input[type=file]");
      if (!input) return;
      input.tabIndex = -1;
      input.setAttribute("aria-hidden", "true");
    },
    /* discard(clicks) -> nothing chosen */
    discard: function (clicks) { return clicks ? null : dash_clientside.no_update; }
  };
})();
