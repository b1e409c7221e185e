// Finds a page by name, code or initials. Without it every page is still found: all are listed.
(function () {
  "use strict";
  var form = document.querySelector("form.search");
  var input = form.querySelector("input");
  var list = form.querySelector("ul");
  var status = form.querySelector("[role=status]");
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

  // Whether letters stand in a text in their order, the first at its beginning: kmpt in kmscpt.
  function follows(letters, text) {
    var at = -1;
    return letters[0] === text[0] && Array.from(letters).every(function (letter) {
      at = text.indexOf(letter, at + 1);
      return at >= 0;
    });
  }

  // How well a place fits what was typed, 0 the best; 9 where it does not.
  function rank(place, typed, words) {
    var code = place[0].toLowerCase(), name = bare(place[1]), initials = place[3];
    if (code === typed) { return 0; }
    if (name === typed) { return 1; }
    if (initials && typed.length > 2 && initials.startsWith(typed)) { return 2; }
    if (name.startsWith(typed)) { return 3; }
    if (words.every(function (word) { return (code + " " + name).includes(word); })) { return 4; }
    return initials && typed.length > 2 && words.length === 1 && follows(typed, initials) ? 5 : 9;
  }

  function found() {
    var typed = bare(input.value).trim(), words = typed.split(" ").filter(Boolean);
    if (!words.length || !window.WRES_PLACES) { return []; }
    return window.WRES_PLACES
      .map(function (place) { return [rank(place, typed, words), place]; })
      .filter(function (hit) { return hit[0] < 9; })
      .sort(function (one, other) { return one[0] - other[0]; })
      .map(function (hit) { return hit[1]; });
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
    if (!input.value.trim()) { status.textContent = ""; return; }
    if (!window.WRES_PLACES) { status.textContent = "Loading the list."; return; }
    status.textContent = hits.length === 0 ? "No organisation, region or type has this name or code."
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
