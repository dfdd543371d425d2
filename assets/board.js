/* The dashboard's grid: where cards stand, how they are moved by pointer and by buttons, what is hidden, what is saved.

   The server keeps the views (callbacks/board_views.py). The grid itself is react-grid-layout inside dash_snap_grid: it
   is handed `layout` and hands back what a pointer did. A hidden card stays on the page with no height. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});

  var COLUMNS = 12;
  var GRID = "board-grid";
  var ROW_PX = 56; /* a row with its gap */
  var TABLE_PX = 90; /* heading, column heads and border of the card of the table */
  var TABLE_ROW_PX = 50;
  var LEAST = { summary: [6, 2], portfolios: [6, 4], today: [3, 4], holdings: [3, 4], sectors: [3, 4], attention: [3, 3], tasks: [3, 3], activity: [3, 3], actions: [3, 3] };

  /* what the buttons of a card do while the view is being changed: word, icon, name */
  var MOVES = [
    ["left", "arrow-left", "Move {} left"], ["up", "arrow-up", "Move {} up"], ["down", "arrow-down", "Move {} down"],
    ["right", "arrow-right", "Move {} right"], ["narrower", "arrows-collapse-vertical", "Make {} narrower"],
    ["wider", "arrows-expand-vertical", "Make {} wider"], ["shorter", "arrows-collapse", "Make {} shorter"],
    ["taller", "arrows-expand", "Make {} taller"], ["hide", "eye-slash", "Hide {}"]
  ];

  var known = null; /* the views as the server keeps them */
  var cards = []; /* {card, x, y, w, h} of what is shown now */
  var isChanging = false;
  var begun = ""; /* where the cards stood, and the name, when the changing began */

  function box() { return document.getElementById("board-box"); }
  function titleOf(card) {
    var node = document.getElementById("board-card-" + card);
    return node ? node.getAttribute("data-board-title") : card;
  }
  function all() {
    return Array.prototype.map.call(document.querySelectorAll(".board-card"), function (node) { return node.getAttribute("data-board-key"); });
  }
  function say(words) { dash.set_props("board-said", { children: words }); }

  /* shown cards where they stand; hidden ones without height, where they meet nothing */
  function layoutOf(shown) {
    var by = {};
    shown.forEach(function (one) { by[one.card] = one; });
    return all().map(function (card) {
      var one = by[card];
      var least = LEAST[card] || [3, 3];
      if (!one) return { i: "board-card-" + card, x: 0, y: 0, w: 1, h: 0, static: true };
      return { i: "board-card-" + card, x: one.x, y: one.y, w: one.w, h: one.h, minW: least[0], minH: Math.min(least[1], one.h), static: false };
    });
  }

  function ordered(shown) {
    return shown.slice().sort(function (a, b) { return a.y - b.y || a.x - b.x; });
  }

  /* what stands in the flow of a tablet follows the reading order of the grid; hidden cards take no place */
  function arrange() {
    var shown = {};
    ordered(cards).forEach(function (one, index) { shown[one.card] = index; });
    all().forEach(function (card) {
      var node = document.getElementById("board-card-" + card);
      node.toggleAttribute("hidden", !(card in shown));
      if (node.parentElement) node.parentElement.style.order = card in shown ? shown[card] : 99;
    });
    var where = box();
    if (where) {
      where.toggleAttribute("data-ready", true);
      window.dispatchEvent(new CustomEvent("qpo:board"));
      where.style.setProperty("--board-rows", String(Math.max(1, known ? known.rows : 6)));
    }
    offer(shown);
  }

  function offer(shown) {
    var place = document.getElementById("board-add");
    if (!place) return;
    var away = all().filter(function (card) { return !(card in shown); });
    if (place.getAttribute("data-away") === away.join()) return; // what has the focus keeps it
    place.setAttribute("data-away", away.join());
    place.textContent = "";
    if (!away.length) return;
    var words = document.createElement("span");
    words.textContent = "Add:";
    place.appendChild(words);
    away.forEach(function (card) {
      var made = document.createElement("button");
      made.type = "button";
      made.className = "btn-q btn-q-secondary btn-q-small";
      made.setAttribute("data-board-act", "add");
      made.setAttribute("data-board-card", card);
      made.textContent = titleOf(card);
      place.appendChild(made);
    });
  }

  function show(next) {
    cards = next;
    var layout = layoutOf(cards);
    dash.set_props(GRID, { layout: layout });
    dash.set_props("board-cards", { data: cards });
    arrange();
    return layout;
  }

  /* a view as it came makes no more room for the table than its rows need */
  function fitted(view) {
    if (!view.is_shipped || view.is_changed) return view.cards;
    var wanted = Math.max(4, Math.ceil((TABLE_PX + known.rows * TABLE_ROW_PX + 16) / ROW_PX));
    return view.cards.map(function (one) {
      return one.card === "portfolios" ? Object.assign({}, one, { h: Math.min(one.h, wanted) }) : one;
    });
  }

  function chosen() {
    return known.views.filter(function (one) { return one.name === known.chosen; })[0];
  }

  /* what becomes of somebody else's view is a copy, under a name that none of the views has yet */
  function ownName(view) {
    if (!view.shared) return view.name;
    var taken = known.views.map(function (one) { return one.name; });
    var name = view.plain;
    for (var n = 2; taken.indexOf(name) >= 0; n += 1) name = view.plain.slice(0, 36) + " " + n;
    return name;
  }

  /* a shared view stands in the address, so that it can be handed on */
  function remember(shared) {
    var address = new URL(window.location.href);
    if (address.pathname !== "/" || (address.searchParams.get("shared") || null) === (shared || null)) return;
    if (shared) address.searchParams.set("shared", shared);
    else address.searchParams.delete("shared");
    window.history.replaceState(window.history.state, "", address.pathname + address.search);
  }

  function standing(name) {
    var places = cards.map(function (one) { return [one.card, one.x, one.y, one.w, one.h].join(); });
    return places.sort().join(";") + ";" + name;
  }

  function open(yes) {
    isChanging = yes;
    if (yes) begun = standing(ownName(chosen()));
    var where = box();
    if (where) where.toggleAttribute("data-changing", yes);
    tools(yes);
    dash.set_props(GRID, { isDraggable: yes, isResizable: yes });
    dash.set_props("board-customize", { disabled: yes });
    var bar = document.getElementById("board-bar");
    if (yes && bar) {
      var view = chosen();
      dash.set_props("board-name", { value: ownName(view) });
      dash.set_props("board-errors", { children: null });
      dash.set_props("board-reset", { disabled: Boolean(view.shared) || (view.is_shipped && !view.is_changed), children: view.is_shipped ? "Reset to as it came" : "Delete this view" });
      say("Cards can be moved now, by their buttons too.");
    }
    focusSoon(yes ? "#board-name" : "#board-customize", yes ? "hidden" : "disabled");
  }

  /* what was pressed goes away or is disabled meanwhile: the focus goes on to what comes for it, once that can have it */
  function focusSoon(selector, hindrance) {
    var found = document.querySelector(selector);
    var holder = found && found.closest("[" + hindrance + "]");
    if (!holder) { focusOn(selector); return; }
    var watch = new MutationObserver(function () {
      if (holder.hasAttribute(hindrance)) return;
      watch.disconnect();
      focusOn(selector);
    });
    watch.observe(holder, { attributes: true, attributeFilter: [hindrance] });
  }

  /* the buttons stand in the headings only while they are of use */
  function tools(yes) {
    all().forEach(function (card) {
      var head = document.querySelector("#board-card-" + card + " > .card-head");
      if (!head) return;
      var there = head.querySelector(".board-tools");
      if (there) head.removeChild(there);
      if (!yes) return;
      var group = document.createElement("div");
      group.className = "board-tools";
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", "Place of " + titleOf(card));
      MOVES.forEach(function (one) {
        var made = document.createElement("button");
        var name = one[2].replace("{}", titleOf(card));
        made.type = "button";
        made.className = "board-tool";
        made.title = name;
        made.setAttribute("aria-label", name);
        made.setAttribute("data-board-act", one[0]);
        made.setAttribute("data-board-card", card);
        var shown = document.createElement("i");
        shown.className = "bi bi-" + one[1];
        shown.setAttribute("aria-hidden", "true");
        made.appendChild(shown);
        group.appendChild(made);
      });
      head.appendChild(group);
    });
  }

  /* who stands beside a card in a direction: the nearest whose other extent meets it */
  function neighbor(one, act) {
    var isUpright = act === "up" || act === "down";
    var found = cards.filter(function (other) {
      if (other === one) return false;
      var meets = isUpright ? other.x < one.x + one.w && one.x < other.x + other.w : other.y < one.y + one.h && one.y < other.y + other.h;
      if (!meets) return false;
      if (act === "up") return other.y + other.h <= one.y;
      if (act === "down") return other.y >= one.y + one.h;
      if (act === "left") return other.x + other.w <= one.x;
      return other.x >= one.x + one.w;
    });
    var axis = isUpright ? "y" : "x";
    var way = act === "up" || act === "left" ? -1 : 1;
    found.sort(function (a, b) { return way * (a[axis] - b[axis]); });
    return found[0] || null;
  }

  /* cards pushed down until none lies over another, then up as far as they go: what the grid does with what it is given */
  function settled(next) {
    var done = [];
    ordered(next).forEach(function (one) {
      var placed = Object.assign({}, one);
      function meets() {
        return done.some(function (other) {
          return placed.x < other.x + other.w && other.x < placed.x + placed.w && placed.y < other.y + other.h && other.y < placed.y + placed.h;
        });
      }
      while (meets()) placed.y += 1;
      while (placed.y > 0) {
        placed.y -= 1;
        if (meets()) { placed.y += 1; break; }
      }
      done.push(placed);
    });
    return done;
  }

  function moved(one, act) {
    var next = cards.map(function (each) { return Object.assign({}, each); });
    var mine = next.filter(function (each) { return each.card === one.card; })[0];
    var beside = neighbor(one, act);
    var other = beside && next.filter(function (each) { return each.card === beside.card; })[0];
    if (act === "up" && other) { mine.y = other.y; other.y = mine.y + mine.h; }
    else if (act === "down" && other) { other.y = mine.y; mine.y = other.y + other.h; }
    else if (act === "left" && other && other.x + other.w === mine.x && other.y === mine.y) { mine.x = other.x; other.x = mine.x + mine.w; }
    else if (act === "right" && other && mine.x + mine.w === other.x && other.y === mine.y) { other.x = mine.x; mine.x = other.x + other.w; }
    else if (act === "left" && mine.x > 0) mine.x -= 1;
    else if (act === "right" && mine.x + mine.w < COLUMNS) mine.x += 1;
    return settled(next);
  }

  function sized(one, act) {
    var least = LEAST[one.card] || [3, 3];
    return settled(cards.map(function (each) {
      if (each.card !== one.card) return each;
      var made = Object.assign({}, each);
      if (act === "wider") { made.w = Math.min(COLUMNS, made.w + 1); made.x = Math.min(made.x, COLUMNS - made.w); }
      if (act === "narrower") made.w = Math.max(least[0], made.w - 1);
      if (act === "taller") made.h = Math.min(24, made.h + 1);
      if (act === "shorter") made.h = Math.max(least[1], made.h - 1);
      return made;
    }));
  }

  function added(card) {
    var bottom = cards.reduce(function (most, one) { return Math.max(most, one.y + one.h); }, 0);
    var from = known.views.map(function (view) { return view.cards.filter(function (one) { return one.card === card; })[0]; }).filter(Boolean)[0];
    return settled(cards.concat([{ card: card, x: 0, y: bottom, w: from ? from.w : 6, h: from ? from.h : 6 }]));
  }

  /* the button that was pressed is gone: whoever works by keyboard goes on at the one that takes it back */
  function focusOn(selector) {
    var found = document.querySelector(selector);
    if (found) found.focus({ preventScroll: true });
  }

  function act(what, card) {
    var one = cards.filter(function (each) { return each.card === card; })[0];
    if (what === "add") {
      show(added(card));
      say(titleOf(card) + " is shown at the end.");
      var node = document.getElementById("board-card-" + card);
      if (node) node.scrollIntoView({ block: "nearest" });
      focusOn("#board-card-" + card + ' [data-board-act="hide"]');
      return;
    }
    if (!one) return;
    if (what === "hide") {
      show(settled(cards.filter(function (each) { return each !== one; })));
      say(titleOf(card) + " is hidden.");
      focusOn('#board-add [data-board-card="' + card + '"]');
      return;
    }
    show(/left|right|up|down/.test(what) ? moved(one, what) : sized(one, what));
    var now = cards.filter(function (each) { return each.card === card; })[0];
    say(titleOf(card) + ": column " + (now.x + 1) + ", row " + (now.y + 1) + ", " + now.w + " wide, " + now.h + " high.");
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-board-act]");
    if (button && known) act(button.getAttribute("data-board-act"), button.getAttribute("data-board-card"));
  });

  /* Esc leaves the changing as Cancel does, unless it has something else to close; what was moved is asked about first */
  var CLOSED_FIRST = ".dialog.is-open, details.menu[open], .ag-popup, .price-note:not([hidden]), .take-menu:not([hidden]), .react-draggable-dragging, .react-grid-item.resizing";
  document.addEventListener("keydown", function (event) {
    var where = box();
    if (event.key !== "Escape" || event.defaultPrevented || !isChanging || !where || !where.hasAttribute("data-changing")) return;
    if (document.querySelector(CLOSED_FIRST)) return;
    event.stopImmediatePropagation();
    var cancel = document.getElementById("board-cancel");
    var asks = { "data-confirm": "Put the cards back?", "data-confirm-why": "What you moved, sized or hid since Customize was pressed is lost.", "data-confirm-yes": "Put back" };
    var isAsked = standing(document.getElementById("board-name").value) !== begun;
    if (isAsked) Object.keys(asks).forEach(function (name) { cancel.setAttribute(name, asks[name]); });
    cancel.click();
    Object.keys(asks).forEach(function (name) { cancel.removeAttribute(name); });
  });

  dash.board = Object.assign(dash.board || {}, {
    /* apply(views) -> [layout of the chosen view, choices, choice] */
    apply: function (views) {
      if (!views) return [dash.no_update, dash.no_update, dash.no_update];
      /* told anew, as after a broken connection, while the view is being changed on this very page: what was moved stays */
      var where = box();
      var isSame = isChanging && where && where.hasAttribute("data-changing") && known.version === views.version && known.chosen === views.chosen;
      var choices = views.views.map(function (one) { return { value: one.name, label: one.name + (one.is_changed ? " (changed)" : "") }; });
      known = views;
      if (isSame) return [dash.no_update, choices, views.chosen];
      if (isChanging) {
        open(false);
        dash.set_props("board-bar", { hidden: true });
      }
      cards = settled(fitted(chosen()));
      remember(chosen().shared);
      window.requestAnimationFrame(arrange);
      return [layoutOf(cards), choices, views.chosen];
    },
    /* moved(layout as the grid has it) -> cards to be saved; only what a person did counts */
    moved: function (layout) {
      if (!isChanging || !layout) return dash.no_update;
      var at = {};
      layout.forEach(function (one) { at[one.i.replace("board-card-", "")] = one; });
      cards = cards.map(function (one) {
        var now = at[one.card];
        return now && now.h ? { card: one.card, x: now.x, y: now.y, w: now.w, h: now.h } : one;
      });
      window.requestAnimationFrame(arrange);
      return cards;
    },
    /* change(clicks on customize, on cancel) -> whether the bar is hidden */
    change: function () {
      var context = dash.callback_context;
      var one = ((context && context.triggered) || []).filter(function (each) { return each.value; })[0];
      if (!one || !known) return dash.no_update;
      var yes = one.prop_id.indexOf("board-customize") === 0;
      open(yes);
      if (yes) dash.set_props("board-cards", { data: cards });
      else show(settled(fitted(chosen())));
      return !yes;
    }
  });
})();
