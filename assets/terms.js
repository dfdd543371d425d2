/* What a word beside a field means, at a press: for fingers and keys, where nothing can be pointed at. */
(function () {
  "use strict";

  function answerOf(button) { return button.parentElement.querySelector(".term-answer"); }

  function close(button) {
    answerOf(button).hidden = true;
    button.setAttribute("aria-expanded", "false");
  }

  function open(button, one) {
    var answer = answerOf(button);
    answer.textContent = [one.definition, one.formula, one.unit && "Unit: " + one.unit + ".", one.sign].filter(Boolean).join(" ") + " ";
    var link = document.createElement("a");
    link.href = "/help/glossary?term=" + encodeURIComponent(one.term);
    link.textContent = "Glossary";
    answer.appendChild(link);
    answer.hidden = false;
    button.setAttribute("aria-expanded", "true");
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest(".term-ask");
    if (!button) { return; }
    if (button.getAttribute("aria-expanded") === "true") { close(button); return; }
    window.dash_clientside.help.terms().then(function (find) {
      var one = find(button.dataset.ask);
      if (one) { open(button, one); }
    });
  });

  document.addEventListener("keydown", function (event) {
    var button = event.key === "Escape" && document.activeElement && document.activeElement.closest(".term-ask[aria-expanded=true]");
    if (button) { close(button); }
  });

  /* A number is made smaller or larger by one step, as if it had been typed. */
  document.addEventListener("click", function (event) {
    var step = event.target.closest && event.target.closest(".step-by");
    if (!step) { return; }
    var box = step.parentElement.querySelector("input");
    var mark = box.value.indexOf(",") >= 0 && box.value.indexOf(".") < 0 ? "," : ".";
    var was = box.value.trim() === "" ? 0 : Number(box.value.trim().replace(",", "."));
    if (!isFinite(was)) { return; }
    var size = Math.abs(was) >= 1000 ? 100 : Math.abs(was) < 1 && was !== 0 ? 0.1 : 1;
    var now = String(Math.round((was + size * Number(step.dataset.by)) * 1e6) / 1e6).replace(".", mark);
    Object.getOwnPropertyDescriptor(window.HTMLInputElement.prototype, "value").set.call(box, now);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });

  /* Only words that the glossary has can be asked about. */
  window.qpoTerms = function () {
    window.dash_clientside.help.terms().then(function (find) {
      document.querySelectorAll(".term-ask").forEach(function (button) { button.hidden = !find(button.dataset.ask); });
    });
  };
})();
