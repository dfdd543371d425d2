/* The note beside a price: one for the whole product. It opens when the pointer rests on a price, when the keyboard
   reaches one, or when one is touched; Escape, leaving it or pressing elsewhere closes it. */
(function () {
  "use strict";
  var REST_MS = 320;
  var LEAVE_MS = 220;
  var GAP_PX = 8;
  var opening = null;
  var closing = null;
  var current = null;
  var shownKey = "";

  var components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  /* a price in a grid; the row says whose and of which day */
  components.qpoPrice = function (props) {
    var row = props.data || {};
    var text = window.dashAgGridFunctions.qpoNumber(props.value, 2);
    var symbol = row[props.symbolField];
    if (!symbol || props.value === null || props.value === undefined) return window.React.createElement("span", null, text);
    return window.React.createElement(
      "button",
      {
        type: "button",
        className: "price-source num",
        tabIndex: -1,
        "data-price-symbol": symbol,
        "data-price-session": (props.sessionField && row[props.sessionField]) || "",
        "data-price-field": "close",
        "aria-haspopup": "dialog",
        "aria-label": text + ", " + symbol + ": where does this price come from?"
      },
      text
    );
  };

  function note() { return document.getElementById("price-source"); }

  function priceAt(target) {
    if (!target || !target.closest) return null;
    var price = target.closest("[data-price-symbol]");
    if (price) return price;
    return target.classList.contains("ag-cell") ? target.querySelector("[data-price-symbol]") : null;
  }

  function place(price) {
    var box = note();
    var at = price.getBoundingClientRect();
    var width = box.offsetWidth;
    var height = box.offsetHeight;
    var left = Math.min(Math.max(GAP_PX, at.right - width), window.innerWidth - width - GAP_PX);
    var below = at.bottom + GAP_PX;
    var fits = below + height <= window.innerHeight - GAP_PX;
    box.style.left = left + "px";
    box.style.top = Math.max(GAP_PX, fits ? below : at.top - height - GAP_PX) + "px";
  }

  /* the note tells of the stored price; where the feed wrote another one over it, that comes first */
  function sayLive(price) {
    var line = document.getElementById("price-source-live");
    var cell = price.closest(".live-cell") || price.querySelector(".live-cell");
    var root = document.getElementById("shell-root");
    if (!line) return;
    line.hidden = !cell;
    if (!cell) return;
    var figure = cell.textContent.replace(/[▲▼]/g, "").trim();
    var isReplay = root && root.getAttribute("data-live") === "replay";
    var origin = isReplay ? " is played by the replay. What is recorded of that day:" : " is the live price of the house's feed and is not stored. What is stored:";
    line.textContent = figure + origin;
  }

  function open(price) {
    var box = note();
    if (!box || !window.dash_clientside || !price.isConnected) return;
    window.clearTimeout(closing);
    if (current && current !== price) current.removeAttribute("aria-expanded");
    current = price;
    var asked = {
      symbol: price.getAttribute("data-price-symbol"),
      session: price.getAttribute("data-price-session"),
      field: price.getAttribute("data-price-field") || "close"
    };
    var key = [asked.symbol, asked.session, asked.field].join("|");
    if (key !== shownKey) {
      shownKey = key;
      box.setAttribute("data-waiting", "true");
      window.dash_clientside.set_props("price-source-asked", { data: asked });
    }
    sayLive(price);
    box.hidden = false;
    price.setAttribute("aria-expanded", "true");
    place(price);
  }

  function close(giveBack) {
    window.clearTimeout(opening);
    window.clearTimeout(closing);
    var box = note();
    if (!box || box.hidden) return;
    var had = box.contains(document.activeElement);
    box.hidden = true;
    shownKey = ""; // what is stored may have changed until the next look
    if (current) {
      current.removeAttribute("aria-expanded");
      if (giveBack && had && current.isConnected) (current.closest(".ag-cell") || current).focus();
    }
    current = null;
  }

  function later(price) {
    window.clearTimeout(opening);
    window.clearTimeout(closing);
    opening = window.setTimeout(function () { open(price); }, REST_MS);
  }

  function leave() {
    window.clearTimeout(opening);
    window.clearTimeout(closing);
    closing = window.setTimeout(function () { close(false); }, LEAVE_MS);
  }

  document.addEventListener("pointerover", function (event) {
    if (event.pointerType === "touch") return;
    var price = priceAt(event.target);
    var box = note();
    if (price) {
      if (price === current && box && !box.hidden) window.clearTimeout(closing);
      else later(price);
    } else if (box && !box.hidden) {
      if (box.contains(event.target)) window.clearTimeout(closing);
      else if (!box.contains(document.activeElement)) leave();
    } else window.clearTimeout(opening);
  });

  document.addEventListener("focusin", function (event) {
    var price = priceAt(event.target);
    var isKeyboard = event.target.matches && event.target.matches(":focus-visible");
    var box = note();
    if (price && isKeyboard) later(price);
    else if (box && !box.hidden && !box.contains(event.target) && !price) leave();
  });

  document.addEventListener("click", function (event) {
    var price = event.target.closest && event.target.closest("[data-price-symbol]");
    var box = note();
    if (price) {
      event.preventDefault();
      window.clearTimeout(opening);
      open(price);
    } else if (box && !box.hidden && (!box.contains(event.target) || event.target.closest("a"))) close(false);
  });

  document.addEventListener("keydown", function (event) {
    var box = note();
    if (event.key === "Escape" && box && !box.hidden) {
      close(true);
      event.stopPropagation();
      return;
    }
    if (event.key !== "Enter") return;
    var price = priceAt(event.target);
    if (!price) return;
    event.preventDefault();
    open(price);
    box.focus();
  }, true);

  window.addEventListener("scroll", function (event) {
    var box = note();
    if (box && !box.hidden && !(event.target.nodeType === 1 && box.contains(event.target))) close(false);
  }, true);

  /* the answer has come: it may be taller than what stood there */
  new MutationObserver(function () {
    var box = note();
    if (!box || box.hidden) return;
    if (box.getAttribute("data-waiting") && document.getElementById("price-source-body").hasChildNodes()) box.removeAttribute("data-waiting");
    if (current) place(current);
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
