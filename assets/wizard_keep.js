/* Sends the wizard's draft to the server once nothing was typed for a moment, so that it is found on another machine. */
(function () {
  "use strict";
  var dc = (window.dash_clientside = window.dash_clientside || {});
  var PAUSE_MS = 1500;
  var timer = null, waiting = null, kept = null;

  function send() {
    clearTimeout(timer);
    if (!waiting || !document.getElementById("wizard-stepper")) { return; }
    var text = JSON.stringify(waiting);
    if (text !== kept) { dc.set_props("wizard-keep", { data: waiting }); }
    kept = text;
    waiting = null;
  }

  document.addEventListener("visibilitychange", function () { if (document.hidden) { send(); } });

  dc.wizardKeep = {
    later: function (draft) {
      if (!draft) { return; }
      if (kept === null) { kept = JSON.stringify(draft); return; } // as it was found here
      waiting = draft;
      clearTimeout(timer);
      timer = setTimeout(send, PAUSE_MS);
    }
  };
})();
