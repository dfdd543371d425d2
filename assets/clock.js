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

  function root() { return document.getElementById("shell-root"); }
  function likes(name, usual) {
    var node = root();
    return (node && node.getAttribute(name)) || usual;
  }
  function two(number) { return ("0" + number).slice(-2); }

  /* the parts that the clocks of a zone show at a moment, by the browser's own table of zones */
  function shownIn(zone, moment) {
    var said = {};
    new Intl.DateTimeFormat("en-US-u-hc-h23", {
      timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit"
    }).formatToParts(moment).forEach(function (part) { said[part.type] = Number(part.value); });
    return said;
  }

  /* clockParts(Date) -> {date, hours, offset}: as services/formatting.py writes a moment for this reader */
  qpo.clockParts = function (moment, hasSeconds) {
    var zone = likes("data-zone", "UTC");
    var at = shownIn(zone, moment);
    var ahead = Math.round((Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second) - Math.floor(moment.getTime() / 1000) * 1000) / 60000);
    var rest = Math.abs(ahead) % 60;
    var tail = ":" + two(at.minute) + (hasSeconds ? ":" + two(at.second) : "");
    return {
      date: at.year + "-" + two(at.month) + "-" + two(at.day),
      hours: likes("data-clock", "h24") === "h24" ? two(at.hour) + tail : (at.hour % 12 || 12) + tail + (at.hour < 12 ? " am" : " pm"),
      offset: "UTC" + (ahead ? (ahead > 0 ? "+" : "-") + Math.floor(Math.abs(ahead) / 60) + (rest ? ":" + two(rest) : "") : "")
    };
  };

  /* a sentence of the server with its moments on the reader's clock; one without a year is of the last days */
  var MOMENT = /\b(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)( \d{4})?,? (\d{2}):(\d{2}) UTC(?![+\-\w])/g;
  var MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  qpo.onReadersClock = function (text) {
    return String(text || "").replace(MOMENT, function (all, day, month, year, hour, minute) {
      var moment = new Date(Date.UTC(year ? Number(year) : new Date().getUTCFullYear(), MONTHS.indexOf(month) / 3, Number(day), Number(hour), Number(minute)));
      var parts = qpo.clockParts(moment);
      var words = parts.date.split("-");
      var shown = year ? window.dashAgGridFunctions.qpoDate(parts.date) + "," : Number(words[2]) + " " + MONTHS.substr((Number(words[1]) - 1) * 3, 3);
      return shown + " " + parts.hours + " " + parts.offset;
    });
  };

  qpo.ageWords = function (seconds) {
    if (seconds < 60) return Math.round(seconds) + " s";
    if (seconds < 3600) return Math.round(seconds / 60) + " min";
    if (seconds < 172800) return Math.round(seconds / 3600) + " h";
    return Math.round(seconds / 86400) + " days";
  };
})();
