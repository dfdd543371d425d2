/* The limits as handles: a track with a thumb, a number beside it, how much is used, what a step costs, and where it ends. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var SPEAK_MS = 250;
  var rows = {};

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }
  function number(value, digits) { return window.dashAgGridFunctions.qpoNumber(value, digits); }

  /* A value as its field shows it: as many decimals as it needs, two at most. */
  function written(handle, value) {
    var shown = handle.unit === "share" ? 100 * value : value, digits = 2;
    while (digits > 0 && Math.abs(shown - Number(shown.toFixed(digits - 1))) < 1e-9) { digits -= 1; }
    return number(shown, digits);
  }
  function said(handle, value) { return written(handle, value) + (handle.unit === "share" ? "%" : ""); }

  function share(handle, value) { return Math.max(0, Math.min(1, (value - handle.low) / (handle.high - handle.low || 1))); }

  function rowOf(handle) {
    var row = make("div", "living-row"), label = make("label", "living-label", handle.label), track = make("div", "living-track");
    var found = { handle: handle, node: row, track: track, used: make("div", "living-used"), barred: make("div", "living-barred"), thumb: make("div", "living-thumb"), input: make("input", "form-control"), price: make("div", "living-price"), mark: make("p", "living-mark"), stand: make("div", "living-stand"), wrong: make("p", "field-error"), spoken: 0 };
    var id = "living-limit-" + Object.keys(rows).length, box = make("div", "affix");
    row.dataset.key = handle.key;
    row.title = handle.clause + (handle.owner === "rule" ? " A rule of compliance." : handle.owner === "house" ? " Set by the house for this portfolio." : handle.owner === "added" ? " Not set: it limits nothing until it is moved." : "");
    label.htmlFor = id;
    label.id = id + "-label";
    found.input.id = id;
    found.input.type = "text";
    found.input.inputMode = "decimal";
    found.input.autocomplete = "off";
    found.input.maxLength = 20;
    found.wrong.id = id + "-error";
    found.wrong.setAttribute("aria-live", "polite");
    found.input.setAttribute("aria-describedby", found.wrong.id);
    found.thumb.tabIndex = 0;
    found.thumb.setAttribute("role", "slider");
    found.thumb.setAttribute("aria-label", handle.label);
    [found.used, found.barred, found.thumb].forEach(function (node) { track.appendChild(node); });
    box.appendChild(found.input);
    if (handle.unit === "share") { box.appendChild(make("span", "affix-unit", "%")); }
    [label, track, box, found.price, found.wrong].forEach(function (node) { row.appendChild(node); });
    if (qpo.livingModel.isRule(handle)) {
      found.stand.style.left = (100 * share(handle, handle.value)).toFixed(3) + "%";
      track.insertBefore(found.stand, found.thumb);
    }
    found.mark.id = id + "-mark";
    found.mark.setAttribute("aria-live", "polite");
    row.appendChild(found.mark);
    listen(found);
    return found;
  }

  function listen(row) {
    var handle = row.handle, thumb = row.thumb;
    function valueAt(event) {
      var box = row.box, at = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)), step = handle.step / 5;
      var raw = handle.low + at * (handle.high - handle.low);
      return Math.max(handle.low, Math.min(handle.high, Math.round(raw / step) * step));
    }
    function begin(event) {
      if (event.button !== 0) { return; }
      event.preventDefault();
      row.box = row.track.getBoundingClientRect();
      thumb.focus({ preventScroll: true });
      thumb.setPointerCapture(event.pointerId);
      row.node.classList.add("is-dragged");
      qpo.living.begin(handle.key);
    }
    thumb.addEventListener("pointerdown", begin);
    thumb.addEventListener("pointermove", function (event) { if (thumb.hasPointerCapture(event.pointerId) && row.box) { qpo.living.want(handle.key, valueAt(event), event.timeStamp); } });
    thumb.addEventListener("pointerup", function () { row.node.classList.remove("is-dragged"); row.box = null; qpo.living.settle(); });
    thumb.addEventListener("pointercancel", function () { row.node.classList.remove("is-dragged"); row.box = null; qpo.living.undo(handle.key); });
    thumb.addEventListener("focus", function () { qpo.living.reach(handle.key); });
    thumb.addEventListener("keydown", function (event) { key(row, event); });
    row.track.addEventListener("click", function (event) {  // a finger that begins to scroll here presses nothing
      if (event.target === thumb) { return; }
      row.box = row.track.getBoundingClientRect();
      qpo.living.begin(handle.key);
      qpo.living.want(handle.key, valueAt(event), event.timeStamp);
      row.box = null;
      qpo.living.settle();
    });
    row.input.addEventListener("change", function () { type(row); });
    row.input.addEventListener("keydown", function (event) { if (event.key === "Enter") { type(row); } });
  }

  function key(row, event) {
    var handle = row.handle, many = event.shiftKey ? 10 : 1, value = qpo.living.value(handle.key);
    if (event.key === "Escape") { event.stopPropagation(); qpo.living.undo(handle.key); return; }
    var steps = { ArrowUp: many, ArrowRight: many, ArrowDown: -many, ArrowLeft: -many, PageUp: 10, PageDown: -10 }[event.key];
    if (event.key !== "Home" && event.key !== "End" && steps === undefined) { return; }
    event.preventDefault();
    event.stopPropagation();
    var wanted = event.key === "Home" ? handle.low : event.key === "End" ? handle.high : Math.round(value / handle.step + steps) * handle.step;
    qpo.living.press(handle.key, Math.max(handle.low, Math.min(handle.high, wanted)));
  }

  function type(row) {
    var handle = row.handle, scale = handle.unit === "share" ? 100 : 1, value = qpo.frontierPanel.typed(row.input.value) / scale;
    if (!(value >= handle.low - 1e-9 && value <= handle.high + 1e-9)) {
      row.wrong.textContent = "Type a number from " + written(handle, handle.low) + " to " + written(handle, handle.high) + ".";
      row.input.setAttribute("aria-invalid", "true");
      return;
    }
    clear(row);
    if (Math.abs(value - qpo.living.value(handle.key)) > 1e-9) { qpo.living.press(handle.key, value); }
  }
  function clear(row) { row.input.removeAttribute("aria-invalid"); row.wrong.textContent = ""; }

  /* What a rule's move means: looser breaks it; tighter is only taken along where an optimization has such a limit. */
  function markWords(handle, value) {
    if (qpo.livingModel.isLooser(handle, value)) { return "What-if: this breaks the rule. It goes into no run."; }
    return value !== handle.value && !handle.goes_along ? "Tighter here only: a run keeps the rule as it stands." : "";
  }

  /* Where the hand pulls beyond the last portfolio, that is said at once, while it still pulls. */
  function endWords(handle) {
    var where = qpo.living.state().blocked;
    return where && where.key === handle.key ? stopWords(handle, where.stop) : "";
  }
  function stopWords(handle, stop) { return handle.label + " ends at " + said(handle, stop) + ": beyond it no portfolio meets every limit."; }

  function group(title, handles) {
    var box = make("div", "living-group");
    if (title) { box.appendChild(make("h3", "frontier-heading", title)); }
    handles.forEach(function (one) { rows[one.key] = rowOf(one); box.appendChild(rows[one.key].node); });
    return box;
  }

  qpo.livingHandles = {
    said: said, stopWords: stopWords,
    build: function (host, model, moved) {
      host.replaceChildren();
      rows = {};
      var rules = model.handles.filter(qpo.livingModel.isRule);
      var own = model.handles.filter(function (one) { return rules.indexOf(one) < 0 && (one.owner !== "added" || one.group === "positions" || one.group === "esg" || moved[one.key] !== undefined); });
      var loose = model.handles.filter(function (one) { return own.indexOf(one) < 0 && rules.indexOf(one) < 0; });
      if (own.length) { host.appendChild(group("", own)); }
      if (rules.length) { host.appendChild(group("Rules of compliance", rules)); }
      if (!model.handles.length) { host.appendChild(make("p", "muted", "This frontier has no limit that can be moved.")); }
      if (loose.length) {
        var fold = make("details", "living-more"), head = make("summary", "", loose.length + " more, not limited yet");
        fold.open = own.length < 4;
        fold.appendChild(head);
        fold.appendChild(group("", loose));
        host.appendChild(fold);
      }
    },

    /* Thumbs and numbers where the limits stand; `only` names the one that moves. */
    place: function (model, value, stops, only) {
      (only ? [only] : Object.keys(rows)).forEach(function (key) {
        var row = rows[key], handle = row.handle, at = value(key), where = 100 * share(handle, at);
        row.thumb.style.left = where.toFixed(3) + "%";
        var text = written(handle, at);
        if (document.activeElement !== row.input && row.input.value !== text) { row.input.value = text; clear(row); }
        row.node.classList.toggle("is-loose", handle.owner === "added" && at === handle.value);
        row.node.classList.toggle("is-moved", at !== handle.value);
        var words = endWords(handle) || markWords(handle, at), stop = stops[key];
        if (row.mark.textContent !== words) { row.mark.textContent = words; }
        row.node.classList.toggle("is-looser", qpo.livingModel.isLooser(handle, at));
        row.barred.hidden = stop === undefined;
        if (stop !== undefined) {
          var edge = 100 * share(handle, stop), isBelow = !qpo.livingModel.isLeast(handle);
          row.barred.style.left = isBelow ? "0" : edge.toFixed(3) + "%";
          row.barred.style.width = (isBelow ? edge : 100 - edge).toFixed(3) + "%";
        }
      });
    },

    uses: function (model, point, prices) {
      Object.keys(rows).forEach(function (key) {
        var row = rows[key], used = qpo.livingModel.used(model, row.handle, point.weights);
        row.used.style.transform = "scaleX(" + (used === null ? 0 : share(row.handle, used).toFixed(4)) + ")";
        var price = prices[key] === undefined ? prices[row.handle.name] : prices[key], words = qpo.livingPrices.words(row.handle, price, point);
        if (row.price.textContent !== words) { row.price.textContent = words; }
        if (row.binds !== (words !== "")) { row.binds = words !== ""; row.node.classList.toggle("is-binding", row.binds); }
      });
    },

    speak: function (key, reach, at, words, isEnd) {
      var row = rows[key], now = Date.now();
      if (!row || (!isEnd && now - row.spoken < SPEAK_MS)) { return; }
      row.spoken = now;
      var scale = row.handle.unit === "share" ? 100 : 1;
      row.thumb.setAttribute("aria-valuemin", (scale * reach[0]).toFixed(2));
      row.thumb.setAttribute("aria-valuemax", (scale * reach[1]).toFixed(2));
      row.thumb.setAttribute("aria-valuenow", (scale * at).toFixed(2));
      row.thumb.setAttribute("aria-valuetext", (row.handle.label + " " + said(row.handle, at) + "; " + words).replace(/%/g, " percent"));
    }
  };
})();
