/* The live connection: one socket, its state as a dot with an age, its events in a Store.

   The server's messages are {channel, seq, ts, type, data}. What was missed while the socket was down is asked for with
   last_seq; where that is too much, or where nothing could be asked, shell-resync changes and the page reads anew. */
(function () {
  "use strict";
  var qpo = window.qpo;
  if (!qpo || !window.WebSocket) return;

  var FIRST_WAIT_MS = 500;
  var LAST_WAIT_MS = 15000;
  var PING_MS = 20000;
  var DELAYED_MS = 45000;
  var LOST_MS = 75000; // three questions without an answer
  var CHANNELS = ["runs", "alerts", "notifications", "market", "portfolios", "schedules", "compliance"];
  var UNANSWERED_MS = 10000;
  var JUDGED_MS = 2000; // a check of the whole book tells of many breaches: the page is told once, after the last
  var PRICES = "quotes"; // not asked for while the tab is hidden
  var SEQ_KEY = "qpo-last-seq";

  var socket = null;
  var attempts = 0;
  var timer = null;
  var judgedTimer = null;
  var unansweredMs = -UNANSWERED_MS;
  var heardAt = qpo.moment();
  var lostAt = qpo.moment();
  var state = "";
  var resyncs = 0;
  var started = false;
  var lastSeq = readSeq();

  function readSeq() {
    try {
      var kept = Number(window.sessionStorage.getItem(SEQ_KEY));
      return kept > 0 ? kept : null;
    } catch (refused) {
      return null;
    }
  }

  function keepSeq(seq) {
    if (!(seq > 0) || (lastSeq !== null && seq <= lastSeq)) return;
    lastSeq = seq;
    qpo.set("shell-event-seq", { data: seq });
    try {
      window.sessionStorage.setItem(SEQ_KEY, String(seq));
    } catch (refused) {
      lastSeq = seq;
    }
  }

  function age(moment) { return qpo.ageWords(qpo.sinceMs(moment) / 1000); }

  function isQuiet() { return qpo.sinceMs(heardAt) > DELAYED_MS; }

  function show() {
    var open = socket !== null && socket.readyState === WebSocket.OPEN;
    var next = open ? (isQuiet() ? "delayed" : "live") : attempts > 0 ? "offline" : "connecting";
    var words = { live: "Connected", delayed: "Delayed " + age(heardAt), offline: "Offline " + age(lostAt), connecting: "Connecting" }[next];
    var dot = document.getElementById("shell-connection");
    var prices = next === "live" && qpo.live && qpo.live.light ? qpo.live.light() : null; // what the feed of prices says
    if (dot) {
      dot.setAttribute("data-state", prices ? prices.state : next === "live" ? "connected" : next);
      dot.setAttribute("title", prices ? prices.title : next === "live" ? "Connected; last heard " + age(heardAt) + " ago" : "No live updates; the page asks every few seconds instead");
      var text = dot.querySelector(".dot-text");
      var said = prices ? prices.words : words;
      if (text && text.textContent !== said) text.textContent = said;
    }
    if (next !== state) {
      state = next;
      qpo.set("shell-connection-state", { data: { state: next, since_ms: Date.now() } });
      qpo.set("shell-fallback", { disabled: next === "live" || next === "connecting" });
    }
  }

  qpo.showConnection = show;

  function resync(reason) {
    resyncs += 1;
    qpo.set("shell-resync", { data: { reason: reason, count: resyncs } });
  }

  function hear(text) {
    heardAt = qpo.moment();
    var message;
    try {
      message = JSON.parse(text);
    } catch (broken) {
      return; // not ours; the connection itself is fine
    }
    if (message.channel === "control") {
      if (message.type === "resync") {
        lastSeq = null; // the server's count may have begun anew
        keepSeq(message.seq);
        resync("missed too much");
      }
      if (message.type === "session_expired" && qpo.leave) qpo.leave();
      return;
    }
    keepSeq(message.seq);
    if (message.channel === "heartbeat") return;
    if (message.channel === PRICES) {
      window.dispatchEvent(new CustomEvent("qpo:stream", { detail: message }));
      return;
    }
    if (message.channel === "compliance") return judged(message);
    qpo.set("shell-event", { data: message });
  }

  function judged(message) {
    if (message.type !== "breach.changed" || !/^\/compliance/.test(window.location.pathname)) return;
    window.clearTimeout(judgedTimer);
    judgedTimer = window.setTimeout(function () { qpo.set("shell-event", { data: message }); }, JUDGED_MS);
  }

  function again() {
    if (timer !== null) return;
    attempts += 1;
    var wait = Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * Math.pow(2, attempts - 1));
    timer = window.setTimeout(function () {
      timer = null;
      open();
    }, wait / 2 + Math.random() * (wait / 2));
  }

  function open() {
    if (socket !== null && socket.readyState <= WebSocket.OPEN) return;
    var scheme = window.location.protocol === "https:" ? "wss://" : "ws://";
    var mine = new WebSocket(scheme + window.location.host + "/ws");
    socket = mine;
    mine.onopen = function () {
      var wasDown = attempts > 0;
      attempts = 0;
      heardAt = qpo.moment();
      var hello = { op: "subscribe", channels: document.visibilityState === "hidden" ? CHANNELS : CHANNELS.concat(PRICES) };
      if (lastSeq !== null) hello.last_seq = lastSeq;
      mine.send(JSON.stringify(hello));
      if (qpo.isPageDue) return window.location.reload();
      if (wasDown) resync("reconnected");
      show();
    };
    mine.onmessage = function (event) { if (socket === mine) hear(event.data); };
    mine.onclose = function (event) {
      if (socket !== mine) return;
      socket = null;
      if (attempts === 0) lostAt = qpo.moment();
      if (event.code === 4401 && qpo.leave) {
        qpo.leave();
        return;
      }
      again();
      show();
    };
  }

  function follow() {
    if (socket === null || socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ op: document.visibilityState === "hidden" ? "unsubscribe" : "subscribe", channels: [PRICES] }));
  }

  function wake() {
    if (document.visibilityState !== "visible" || !started) return;
    if (socket === null) {
      if (timer !== null) {
        window.clearTimeout(timer);
        timer = null;
      }
      open();
    } else if (isQuiet()) {
      abandon();
    }
    show();
  }

  /* A machine that slept has a socket that looks open; its end may be told minutes later, so nobody waits for it. */
  function abandon() {
    var old = socket;
    socket = null;
    if (attempts === 0) lostAt = heardAt;
    old.close();
    again();
  }

  /* A question that reached nobody: its part is read anew once there is a connection again; one that fails every time
     does not have the page read anew without end. */
  qpo.unanswered = function () {
    if (socket === null || !started || Date.now() - unansweredMs < UNANSWERED_MS) return;
    unansweredMs = Date.now();
    abandon();
    show();
  };

  function tick() {
    if (socket !== null && socket.readyState === WebSocket.OPEN && qpo.sinceMs(heardAt) > LOST_MS) abandon();
    show();
  }

  qpo.onShell(function () {
    state = "";
    if (!started) {
      started = true;
      open();
      window.setInterval(tick, 1000);
      window.setInterval(function () {
        if (socket !== null && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ op: "ping", id: String(Date.now()) }));
      }, PING_MS);
      document.addEventListener("visibilitychange", wake);
      document.addEventListener("visibilitychange", follow);
      window.addEventListener("focus", wake);
      window.addEventListener("online", wake);
      window.addEventListener("pagehide", function () { if (socket !== null) socket.close(); });
    }
    show();
  });
})();
