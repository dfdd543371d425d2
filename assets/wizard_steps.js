/* Which step of the wizard is shown. Steps move at the press itself, outside the graph of callbacks: there a press waits for an answer that
   is on its way, and is merged with the arrival of new buttons, which loses it. */
(function () {
  "use strict";
  var LEADS = [
    "Which assets may the portfolio hold?", "What is the portfolio to be good at?", "Which limits must it keep?",
    "Check what is going to be computed, then start.",
    "The work goes on if you leave this page; the result keeps its own link."
  ];
  var NEXT = ["Next: Goal", "Next: Limits", "Next: Review"];
  var REVIEW = 3, RUN = 4;
  var state = { step: 0, isMoved: false, preview: null };
  var visit = ""; // entries of the browser's history that carry it are steps of the page as it stands

  /* A reload after the start of a run: its own page is drawn, before anything of the wizard is. */
  var arrived = new URL(window.location.href), started = arrived.searchParams.get("started");
  if (started && arrived.pathname === "/optimize") {
    window.history.replaceState(window.history.state, "", "/runs/" + encodeURIComponent(started));
  }

  function page() { return document.querySelector(".wz"); }

  function draw(step) {
    var here = page();
    here.dataset.step = String(step);
    here.querySelectorAll(".wz-panel").forEach(function (panel, n) { panel.hidden = n !== step; });
    here.querySelectorAll(".stepper li").forEach(function (item, n) {
      item.classList.toggle("is-current", n === step);
      item.classList.toggle("is-done", n < step);
      var knob = item.querySelector("button");
      if (n === step) { knob.setAttribute("aria-current", "step"); } else { knob.removeAttribute("aria-current"); }
    });
    here.querySelector(".wz-lead").textContent = LEADS[step];
    document.getElementById("wizard-back").disabled = step === 0;
    document.getElementById("wizard-back").hidden = step === RUN;
    var next = document.getElementById("wizard-next");
    next.hidden = step >= REVIEW;
    if (step < REVIEW) { next.querySelector("span").textContent = NEXT[step]; }
    document.getElementById("wizard-run").hidden = step !== REVIEW;
    readdress(function (address) {
      address.searchParams.set("step", String(step + 1));
      if (step !== RUN) { address.searchParams.delete("started"); }
    });
  }

  /* Change the address without a journey. */
  function readdress(change) {
    var address = new URL(window.location.href);
    change(address);
    window.history.replaceState(Object.assign({}, window.history.state, { wizardVisit: visit, wizardStep: state.step }), "", address);
  }

  /* Show a step; who was in the middle of the last one starts at the top of this one. */
  function show(step) {
    if (!page()) { return; }
    var isOther = step !== state.step;
    state.step = step;
    draw(step);
    if (!isOther) { return; }
    window.scrollTo({ top: 0 });
    var current = document.querySelector(".stepper .is-current button");
    if (document.activeElement && document.activeElement !== document.body && !current.contains(document.activeElement)) {
      var panel = document.querySelectorAll(".wz-panel")[step];
      panel.tabIndex = -1;
      panel.focus({ preventScroll: true });
    }
  }

  /* Bring the first field with a problem of a step into view. */
  function point(step, from) {
    setTimeout(function () {
      var panel = document.querySelectorAll(".wz-panel")[step];
      var slot = panel && panel.querySelector(".field-error:not(:empty)");
      if (!slot) { return; }
      slot.scrollIntoView({ block: "center" });
      var box = slot.parentElement.querySelector("input, select");
      if (box && step !== from) { box.focus({ preventScroll: true }); }
    }, 60);
  }

  /* Forward stops at the first step with a problem, once the answer about what was typed is there; back always goes. */
  function move(wanted) {
    var from = state.step;
    state.isMoved = true;
    if (wanted > from && state.preview) {
      var bad = (state.preview.steps || []).findIndex(function (has, n) { return has && n < wanted; });
      if (bad >= 0) { turn(bad); point(bad, from); return; }
    }
    turn(Math.min(Math.max(0, wanted), REVIEW));
  }

  /* Go on to a step: the browser's way back leads to the one before. */
  function turn(step) {
    if (page() && step !== state.step) { window.history.pushState(window.history.state, ""); }
    show(step);
  }

  /* Back and forward between steps of this page need no new page; its address stays what has become of it. */
  window.addEventListener("popstate", function (event) {
    var place = event.state;
    if (!visit || !place || place.wizardVisit !== visit || !page()) { return; }
    event.stopImmediatePropagation();
    state.isMoved = true;
    show(place.wizardStep);
    if (state.isPlain) { window.qpoWizardSteps.plain(); }
  }, true);

  function wantedBy(target) {
    var button = target.closest(".wz button");
    if (!button || button.disabled) { return null; }
    if (button.id === "wizard-back") { return state.step - 1; }
    if (button.id === "wizard-next") { return state.step + 1; }
    if (button.closest(".stepper")) { return Array.prototype.indexOf.call(button.closest("ol").children, button.closest("li")); }
    return button.dataset.step === undefined ? null : parseInt(button.dataset.step, 10);
  }

  document.addEventListener("click", function (event) {
    var wanted = event.target instanceof Element ? wantedBy(event.target) : null;
    if (wanted !== null) { move(wanted); }
  });

  window.qpoWizardSteps = {
    /* The page has come: start where its address says. */
    begin: function (step) {
      state = { step: step, isMoved: false, preview: null, isPlain: false };
      visit = String(Date.now()) + Math.random();
      if (page()) { draw(step); }
    },
    /* What there is to choose from has come: who has already gone on is not taken back. */
    offer: function (step) { if (!state.isMoved) { show(step); } },
    restart: function () { state.isMoved = false; },
    /* The draft is no longer what the address asked for: a reload brings back the draft. */
    plain: function () {
      state.isPlain = true;
      readdress(function (address) {
        Array.from(address.searchParams.keys()).forEach(function (name) { if (name !== "step") { address.searchParams.delete(name); } });
      });
      window.history.replaceState(Object.assign({}, window.history.state, { wizard: "" }), "");
    },
    /* From here on a reload leads to the run, not to a form from which it could be started again. */
    running: function (run) {
      show(RUN);
      readdress(function (address) { address.searchParams.set("started", run); });
    },
    /* The result's page comes: the way back from there is to the form. */
    ended: function () { readdress(function (address) { address.searchParams.delete("started"); }); },
    /* The answer about the draft as it stands, or null while one is on its way. */
    checked: function (preview) { state.preview = preview; }
  };
})();
