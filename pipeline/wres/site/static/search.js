// Finds a page by name or code. Without it every page is still found: all are listed on the front page.
(function () {
  "use strict";
  var form = document.querySelector("form.search");
  var input = form.querySelector("input");
  var list = form.querySelector("ul");
  var told = form.querySelector("[role=status]");
  var most = 12;
  var asked = false;
  form.hidden = false;

  function bare(text) {
    return text.normalize("NFD").replace(/[^\p{L}\p{N} ]/gu, "").toLowerCase();
  }

  // The list is fetched when somebody first comes to the field, as a script, so that it works from a folder too.
  function load() {
    if (asked) { return; }
    asked = true;
    var script = document.createElement("script");
    script.src = form.dataset.places;
    script.onload = show;
    document.head.append(script);
  }

  function found() {
    var words = bare(input.value).split(" ").filter(Boolean);
    if (!words.length || !window.WRES_PLACES) { return []; }
    var hits = window.WRES_PLACES.filter(function (place) {
      var text = bare(place[0] + " " + place[1]);
      return words.every(function (word) { return text.includes(word); });
    });
    var code = input.value.trim().toUpperCase();
    return hits.sort(function (one, other) { return (other[0] === code) - (one[0] === code); });
  }

  function show() {
    var hits = found();
    list.replaceChildren.apply(list, hits.slice(0, most).map(function (place) {
      var link = document.createElement("a");
      link.href = form.dataset.root + place[2];
      link.textContent = place[0] ? place[1] + " (" + place[0] + ")" : place[1];
      var item = document.createElement("li");
      item.append(link);
      return item;
    }));
    if (!input.value.trim()) { told.textContent = ""; return; }
    if (!window.WRES_PLACES) { told.textContent = "Loading the list."; return; }
    told.textContent = hits.length === 0 ? "Nothing is called so."
      : hits.length > most ? "The first " + most + " of " + hits.length + "."
      : hits.length === 1 ? "One found." : hits.length + " found.";
  }

  input.addEventListener("focus", load);
  input.addEventListener("input", function () { load(); show(); });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var first = list.querySelector("a");
    if (first) { first.click(); }
  });
  form.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { input.value = ""; show(); input.focus(); return; }
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) { return; }
    var stops = [input].concat(Array.from(list.querySelectorAll("a")));
    var next = stops[stops.indexOf(document.activeElement) + step];
    if (next) { event.preventDefault(); next.focus(); }
  });
})();
