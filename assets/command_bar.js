/* Ctrl+K: pages and deeds at once, portfolios, clients and assets as the server finds them; the latest question wins. */
(function () {
  "use strict";
  var WAIT_MS = 60;
  var NAMES = { page: "Page", here: "On this screen", deed: "With a portfolio", portfolio: "Portfolio", client: "Client", asset: "Asset", help: "Help" };
  var asked = 0;
  var timer = 0;
  var opener = null;
  var rows = [];
  var chosen = 0;

  function node(id) {
    return document.getElementById("shell-bar" + (id ? "-" + id : ""));
  }

  /* the field is made here: typing must wait for nothing, and no callback listens to it */
  function input() {
    var place = node("field");
    if (place && !place.firstChild) {
      var made = document.createElement("input");
      var words = { type: "search", placeholder: "Page, portfolio, client, asset, or: optimize aurora", "aria-label": "Find anything", role: "combobox", "aria-expanded": "true", "aria-autocomplete": "list", "aria-controls": "shell-bar-list", autocomplete: "off", spellcheck: "false", maxlength: "100" };
      Object.keys(words).forEach(function (name) { made.setAttribute(name, words[name]); });
      made.addEventListener("input", ask);
      place.appendChild(made);
    }
    return place && place.firstChild;
  }

  function isOpen() {
    return node() !== null && node().classList.contains("is-open");
  }

  function open() {
    var bar = node();
    if (!bar || isOpen()) return;
    opener = document.activeElement;
    bar.classList.add("is-open");
    bar.setAttribute("aria-hidden", "false");
    input().value = "";
    ask();
    input().focus();
  }

  function close(isGoing) {
    if (!isOpen()) return;
    asked += 1; // a late answer finds nobody waiting
    window.clearTimeout(timer);
    node().classList.remove("is-open");
    node().setAttribute("aria-hidden", "true");
    if (!isGoing && opener && document.contains(opener)) opener.focus();
    opener = null;
  }

  function plain(text) {
    return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  function fits(title, words) {
    var parts = plain(title).split(/[^a-z0-9]+/);
    return words.every(function (word) { return parts.some(function (part) { return part.indexOf(word) === 0; }); });
  }

  function local(text) {
    var words = plain(text).split(/[^a-z0-9]+/).filter(Boolean);
    var places = JSON.parse(node().getAttribute("data-places")).map(function (one) { return { kind: "page", title: one.title, detail: one.key, href: one.href, isKey: true }; });
    var deeds = JSON.parse(node().getAttribute("data-deeds")).map(function (one) { return { kind: "here", title: one.title, detail: one.key, act: one.do, isKey: true }; });
    return places.concat(deeds).filter(function (one) { return fits(one.title, words); });
  }

  function ask() {
    var text = input().value.trim();
    var mine = (asked += 1);
    var known = local(text);
    show(known.concat(rows.filter(function (one) { return !one.isKey && fits(one.title + " " + one.detail, plain(text).split(/[^a-z0-9]+/).filter(Boolean)); })), "");
    window.clearTimeout(timer);
    timer = window.setTimeout(function () {
      window.fetch("/api/v1/find?text=" + encodeURIComponent(text), { credentials: "same-origin", headers: { Accept: "application/json" } })
        .then(function (answer) {
          if (answer.status === 401) return { data: [], note: "You are signed out. Sign in again to find portfolios and assets." };
          if (!answer.ok) return { data: [], note: "Portfolios and assets cannot be looked up now. Pages still can." };
          return answer.json();
        })
        .catch(function () { return { data: [], note: "There is no connection. Pages still can be reached." }; })
        .then(function (found) {
          if (mine !== asked || !isOpen()) return;
          var note = found.note || (found.is_cut ? "There are more: type further letters." : "");
          var isDeed = found.data.length > 0 && found.data[0].kind === "deed";
          var all = isDeed ? found.data.concat(known) : known.concat(found.data);
          show(all, all.length || note ? note : "Nothing is called " + text + ".");
        });
    }, text ? WAIT_MS : 0);
  }

  function make(tag, name, text) {
    var made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  }

  function drawn(one, index) {
    var row = make("div", "bar-row");
    row.id = "shell-bar-row-" + index;
    row.setAttribute("role", "option");
    row.setAttribute("data-row", String(index));
    row.appendChild(make("span", "bar-title", one.title));
    if (one.detail) row.appendChild(one.isKey ? make("kbd", "bar-key", one.detail) : make("span", "bar-detail", one.detail));
    return row;
  }

  function show(found, note) {
    var was = rows[chosen];
    var list = node("list");
    rows = found;
    chosen = 0;
    list.textContent = "";
    var kind = null;
    found.forEach(function (one, index) {
      if (one.kind !== kind) {
        kind = one.kind;
        var head = make("div", "bar-kind", NAMES[kind] || kind);
        head.setAttribute("role", "presentation");
        list.appendChild(head);
      }
      if (was && index && was.title === one.title && was.kind === one.kind && was.isMoved) chosen = index; // what was stepped to stays chosen
      list.appendChild(drawn(one, index));
    });
    node("note").textContent = note;
    mark(false);
  }

  function mark(isMoved) {
    Array.prototype.forEach.call(node("list").querySelectorAll(".bar-row"), function (row, index) {
      row.setAttribute("aria-selected", index === chosen ? "true" : "false");
      if (index === chosen) row.scrollIntoView({ block: "nearest" });
    });
    if (rows[chosen]) {
      rows[chosen].isMoved = isMoved;
      input().setAttribute("aria-activedescendant", "shell-bar-row-" + chosen);
    } else {
      input().removeAttribute("aria-activedescendant");
    }
  }

  /* a deed that has a key is done as its key does it */
  function press(key) {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: key, bubbles: true }));
  }

  function go(one, isNewTab) {
    if (!one) return;
    if (one.href && isNewTab) {
      window.open(one.href, "_blank", "noopener");
      return;
    }
    close(Boolean(one.href));
    if (one.href) {
      window.history.pushState({}, "", one.href);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      window.scrollTo(0, 0);
    } else if (one.act === "theme") window.qpo.theme.toggle();
    else if (one.act === "amounts") window.qpo.amounts.toggle();
    else if (one.act === "sign-out") document.getElementById("shell-sign-out").click();
    else press(one.act === "keys" ? "?" : "p");
  }

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (isOpen()) close(false);
      else open();
      return;
    }
    if (!isOpen()) return;
    if (event.key.length === 1 && event.target !== input()) input().focus(); // a page that arrives may take the focus away
    var step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (event.key === "Escape") close(false);
    else if (step && rows.length) {
      var next = chosen + step;
      if (Math.abs(step) === 1) chosen = (next + rows.length) % rows.length;
      else chosen = Math.min(rows.length - 1, Math.max(0, next));
      mark(true);
    } else if (event.key === "Enter" && event.target === input()) go(rows[chosen], event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  document.addEventListener("click", function (event) {
    if (event.target.closest("#shell-bar-open")) open();
    else if (event.target.closest("#shell-bar-close") || event.target.id === "shell-bar") close(false);
    else {
      var row = event.target.closest("#shell-bar-list .bar-row");
      if (row) go(rows[Number(row.getAttribute("data-row"))], event.ctrlKey || event.metaKey);
    }
  });
})();
