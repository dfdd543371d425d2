/* Paints the progress of the followed run into every progress box on the page, and counts the seconds in between. */
(function () {
  "use strict";
  var FINAL = ["succeeded", "failed", "cancelled"], LEAVING = "Being cancelled", LEAVING_MS = 10000;
  var leaving = {};
  var PATIENCE_MS = 10000;
  var seen = null;
  var asking = { since: 0, again: false };

  /* One question at a time: a newer question would throw the answer of an older one away, and where answers take
     longer than a second none would ever arrive. What happens meanwhile is asked about once the answer is there. */
  function ask(word) {
    if (asking.since && Date.now() - asking.since < PATIENCE_MS) {
      asking.again = true;
      return window.dash_clientside.no_update;
    }
    asking = { since: Date.now(), again: false };
    return word;
  }

  function answered() {
    var again = asking.again;
    asking = { since: 0, again: false };
    if (!again) { return; }
    asking.since = Date.now();
    window.dash_clientside.set_props("result-news", { data: "again:" + asking.since });
  }

  function part(box, name) { return box.querySelector('[data-part="' + name + '"]'); }
  function put(box, name, text) { var el = part(box, name); if (el && el.textContent !== text) { el.textContent = text; } }

  function elapsed(view) {
    if (!view || !view.started_ms) { return ""; }
    var end = view.finished_ms || Date.now() - (view.skew_ms || 0);
    var ms = Math.max(0, end - view.started_ms);
    if (view.finished_ms && ms < 1000) { return Math.round(ms) + " ms"; }
    var s = ms / 1000;
    return s < 60 ? s.toFixed(1) + " s" : Math.floor(s / 60) + " min " + Math.floor(s % 60) + " s";
  }

  function paintBox(box, view) {
    var percent = Math.round(view.percent || 0), isLeaving = view.id === leaving.id && FINAL.indexOf(view.status) < 0;
    put(box, "stage", isLeaving ? LEAVING : view.stage || "");
    put(box, "percent", percent + "%");
    put(box, "note", view.message || "");
    put(box, "elapsed", elapsed(view));
    part(box, "fill").style.width = percent + "%";
    box.querySelector(".progress-track").setAttribute("aria-valuenow", String(percent));
    box.classList.toggle("progress-ok", view.status === "succeeded");
    box.classList.toggle("progress-bad", view.status === "failed" || view.status === "cancelled");
    var cancel = box.querySelector("button");
    if (cancel) { cancel.disabled = isLeaving || FINAL.indexOf(view.status) >= 0; }
  }

  /* A press on "cancel" is seen at once; where no end follows, as after an answer that failed, it can be pressed again. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-run-progress] button");
    if (!button || !seen || FINAL.indexOf(seen.status) >= 0) { return; }
    window.clearTimeout(leaving.timer);
    leaving = { id: seen.id, timer: window.setTimeout(function () { leaving = {}; paintAll(); }, LEAVING_MS) };
    paintAll();
  });

  function paintAll() {
    if (seen) { document.querySelectorAll("[data-run-progress]").forEach(function (box) { paintBox(box, seen); }); }
  }

  setInterval(function () {
    if (!seen || FINAL.indexOf(seen.status) >= 0 || document.hidden) { return; }
    document.querySelectorAll("[data-run-progress]").forEach(function (box) { put(box, "elapsed", elapsed(seen)); });
  }, 100);

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.run = {
    /* A later state of the same run never gives way to an earlier one: answers may overtake each other. */
    paint: function (view) {
      if (!view || !view.id) { return window.dash_clientside.no_update; }
      if (!(seen && seen.id === view.id && FINAL.indexOf(seen.status) >= 0 && FINAL.indexOf(view.status) < 0)) {
        seen = Object.assign({}, view, { skew_ms: view.now_ms ? Date.now() - view.now_ms : 0 });
        paintAll();
      } /* an overtaken answer is an answer all the same: the next question need not wait for it */
      if (document.getElementById("result-body")) { answered(); }
      return window.dash_clientside.no_update;
    },

    /* The last word of who followed a run: the state at its end. */
    ended: function (view) { return view || window.dash_clientside.no_update; },

    /* The page of a run: a second has passed, or the socket said something about this run. */
    watch: function (ticks, event, runId) {
      var hit = window.dash_clientside.callback_context.triggered_id;
      if (!hit) {
        asking = { since: Date.now(), again: false }; // the page itself asks first
        return window.dash_clientside.no_update;
      }
      if (hit === "result-tick") { return ask("tick:" + ticks); }
      var data = (event || {}).data || {};
      var about = data.run_id || data.id;
      return about && about === runId ? ask("event:" + (event.seq || Date.now())) : window.dash_clientside.no_update;
    },

    /* The socket said something: is it about the run on this page? */
    news: function (event, runId) {
      var data = (event || {}).data || {};
      var about = data.run_id || data.id;
      return about && about === runId ? event.seq || Date.now() : window.dash_clientside.no_update;
    },

    close: function (clicks) { return clicks ? "dialog" : window.dash_clientside.no_update; },

    copyLink: function (clicks) {
      if (!clicks) { return window.dash_clientside.no_update; }
      var address = location.origin + location.pathname;
      if (!navigator.clipboard || !window.isSecureContext) { return "Copy this link: " + address; }
      return navigator.clipboard.writeText(address).then(
        function () { return "Link copied"; },
        function () { return "Copy this link: " + address; }
      );
    }
  };
})();
