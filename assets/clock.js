/* How long ago was a moment, whatever happens to the clocks?

   The steady clock of a page may stand still while the machine sleeps; the clock on the wall may be set back. The longer
   of the two spans counts, so that nothing is ever told younger than it is. */
(function () {
  "use strict";
  var qpo = window.qpo;
  if (!qpo) return;

  qpo.moment = function () { return { wall: Date.now(), steady: performance.now() }; };

  qpo.sinceMs = function (moment) {
    return Math.max(0, Date.now() - moment.wall, performance.now() - moment.steady);
  };

  qpo.ageWords = function (seconds) {
    if (seconds < 60) return Math.round(seconds) + " s";
    if (seconds < 3600) return Math.round(seconds / 60) + " min";
    if (seconds < 172800) return Math.round(seconds / 3600) + " h";
    return Math.round(seconds / 86400) + " days";
  };
})();
