/* The light of live prices: its words and age, the line that says that a replay is played, and the pause of this screen.

   The server says how the feed stands; here only the seconds since then are counted, by the longer of two
   clocks (clock.js), so that neither a wrong one nor a sleeping machine makes anything younger. */
(function () {
  "use strict";
  var qpo = window.qpo;
  if (!qpo || !qpo.live) return;
  var SILENT_S = 5;
  var PAUSE_KEY = "qpo-live-paused";
  var feed = null;
  var heardAt = qpo.moment();
  var announced = "";

  function since() { return qpo.sinceMs(heardAt) / 1000; }

  function timeWords(moment) { var at = qpo.clockParts(moment); return at.hours + " " + at.offset; }

  function dateWords(day) { return day && window.dashAgGridFunctions ? window.dashAgGridFunctions.qpoDate(day) : "an earlier day"; }

  /* What the light shows while the socket is open; null before the first word of the feed. */
  function light() {
    if (!feed) return null;
    var gone = since();
    var age = typeof feed.age_s !== "number" ? null : feed.age_s + gone;
    if (feed.state === "off") return { state: "connected", words: "Connected", title: "Connected. " + feed.sentence };
    if (gone > SILENT_S) return { state: "offline", words: "Offline " + qpo.ageWords(gone), title: "Nothing was heard of the feed for " + qpo.ageWords(gone) + "; figures are the last ones known." };
    var shown = { state: feed.state, words: qpo.onReadersClock(feed.words), title: qpo.onReadersClock(feed.sentence) };
    if (age !== null && feed.mode !== "replay" && feed.watched_count < 2) shown.title += " Newest price " + qpo.ageWords(age) + " ago.";
    if (age !== null && /^(delayed|stale|offline)$/.test(feed.state)) shown.words += " " + qpo.ageWords(age);
    if (feed.paused_since_utc) shown.title += " Paused since " + timeWords(new Date(feed.paused_since_utc)) + ".";
    var rates = qpo.live.rates(dateWords);
    if (rates.length) shown.title += " Exchange rates: " + rates.join(", ") + ".";
    if (qpo.live.isPaused()) {
      shown.state = "paused";
      shown.words = "Paused here at " + timeWords(qpo.live.pausedAt());
      shown.title = "This screen is paused: its figures are those of " + timeWords(qpo.live.pausedAt()) + " until you go on. " + shown.title;
    }
    return shown;
  }

  function write(id, text) {
    var node = document.getElementById(id);
    if (node && node.textContent !== text) node.textContent = text;
  }

  function show() {
    var shown = light();
    var root = document.getElementById("shell-root");
    var isOn = feed !== null && feed.state !== "off";
    var isReplay = isOn && feed.mode === "replay";
    if (root) root.setAttribute("data-live", isReplay ? "replay" : isOn ? "live" : "off");
    var strip = document.getElementById("live-note");
    if (strip) {
      strip.hidden = !isReplay;
      var still = qpo.live.isPaused() ? "This screen is paused; its figures are those of " + timeWords(qpo.live.pausedAt()) + ". " : "";
      write("live-note-words", isReplay ? feed.words + ". " + still + feed.sentence : "");
    }
    write("live-words", shown ? shown.words : "");
    write("live-sentence", shown ? shown.title : "The feed has not been heard of yet.");
    var button = document.getElementById("live-screen-pause");
    if (button) {
      button.hidden = !isOn;
      button.setAttribute("aria-pressed", qpo.live.isPaused() ? "true" : "false");
      write("live-screen-pause", qpo.live.isPaused() ? "Go on here (p)" : "Pause this screen (p)");
    }
    if (shown && shown.state !== announced) {
      if (announced) qpo.set("shell-announce", { children: "Prices: " + shown.words });
      announced = shown.state;
    }
  }

  function pause(yes) {
    qpo.live.pause(yes);
    if (qpo.showConnection) window.setTimeout(qpo.showConnection, 0);
    try {
      window.sessionStorage.setItem(PAUSE_KEY, yes ? "1" : "");
    } catch (refused) {
      return show();
    }
    show();
  }

  qpo.live.onFeed = function (next) {
    var was = feed;
    feed = next;
    heardAt = qpo.moment();
    show();
    if ((!was || was.state !== next.state || was.words !== next.words) && qpo.showConnection) qpo.showConnection();
  };
  qpo.live.light = light;

  document.addEventListener("click", function (event) {
    if (event.target.closest("#live-screen-pause")) pause(!qpo.live.isPaused());
  });
  document.addEventListener("keydown", function (event) {
    var target = event.target;
    var isTyping = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (event.key !== "p" || event.defaultPrevented || isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector(".dialog.is-open")) return;
    if (feed && feed.state !== "off") pause(!qpo.live.isPaused());
  });

  try {
    if (window.sessionStorage.getItem(PAUSE_KEY)) qpo.live.pause(true);
  } catch (refused) {
    qpo.live.pause(false);
  }
  qpo.onShell(show);
  window.setInterval(show, 1000);
})();
