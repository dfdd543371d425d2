/* The light of live prices: its words and age, the line that says that a replay is played, and the pause of this screen.

   The server says how the feed stands; here only the seconds since then are counted, by the machine's steady clock, so
   that a wrong wall clock makes nothing older or younger. */
(function () {
  "use strict";
  var qpo = window.qpo;
  if (!qpo || !qpo.live) return;
  var SILENT_S = 5;
  var PAUSE_KEY = "qpo-live-paused";
  var feed = null;
  var heardAt = 0;
  var announced = "";

  function since() { return (performance.now() - heardAt) / 1000; }

  function ageWords(seconds) {
    if (seconds < 60) return Math.round(seconds) + " s";
    if (seconds < 3600) return Math.round(seconds / 60) + " min";
    if (seconds < 172800) return Math.round(seconds / 3600) + " h";
    return Math.round(seconds / 86400) + " days";
  }

  /* What the light shows while the socket is open; null before the first word of the feed. */
  function light() {
    if (!feed) return null;
    var gone = since();
    var age = feed.age_s === null ? null : feed.age_s + gone;
    if (feed.state === "off") return { state: "connected", words: "Connected", title: "Connected. " + feed.sentence };
    if (gone > SILENT_S) return { state: "offline", words: "Offline " + ageWords(gone), title: "Nothing was heard of the feed for " + ageWords(gone) + "; figures are the last ones known." };
    var shown = { state: feed.state, words: feed.words, title: feed.sentence };
    if (age !== null && feed.watched_count < 2) shown.title += " Newest price " + ageWords(age) + " ago.";
    if (age !== null && /^(delayed|stale|offline)$/.test(feed.state)) shown.words += " " + ageWords(age);
    if (qpo.live.isPaused()) {
      shown.state = "paused";
      shown.words = "Paused here";
      shown.title = "This screen is paused; figures stand still until you go on. " + shown.title;
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
      write("live-note-words", isReplay ? feed.words + ". " + feed.sentence : "");
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
    heardAt = performance.now();
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
