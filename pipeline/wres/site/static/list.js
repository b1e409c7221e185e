// Sorts and filters the list of organisations. Without it the list stands by letter, whole.
(function () {
  "use strict";
  var table = document.querySelector("table.list");
  var bodies = Array.from(table.tBodies);
  var rows = bodies.flatMap(function (body) { return Array.from(body.rows); });
  var heads = Array.from(table.tHead.rows[0].cells);
  var columns = heads.map(function (head) { return head.textContent.trim(); });
  var letters = document.querySelector(".letters");
  var filters = document.createElement("form");
  filters.className = "filters";
  var chosen = {};

  function text(row, column) { return row.cells[column].textContent.trim(); }

  // What a row is chosen by: of one that closed, that it did, whichever organisation it is part of now.
  function choice(row, column) { return text(row, column).replace(/^Closed .*/s, "Closed"); }

  function field(label, control, id) {
    var part = document.createElement("div");
    var words = document.createElement("label");
    words.textContent = label;
    words.htmlFor = control.id = id;
    part.append(words, control);
    filters.append(part);
    return control;
  }

  var name = field("Name or code", document.createElement("input"), "filter-name");
  name.type = "search";
  ["Region", "Type", "Range", "Since last year"].forEach(function (label) {
    var column = columns.indexOf(label);
    var values = Array.from(new Set(rows.map(function (row) { return choice(row, column); }))).filter(Boolean).sort();
    if (column < 0 || values.length < 2) { return; }
    var select = field(label, document.createElement("select"), "filter-" + column);
    select.append(new Option("All", ""));
    values.forEach(function (value) { select.append(new Option(value, value)); });
    chosen[column] = select;
  });
  var status = document.createElement("p");
  status.setAttribute("role", "status");
  filters.append(status);

  function filter() {
    var words = name.value.toLowerCase().split(" ").filter(Boolean), shown = 0;
    rows.forEach(function (row) {
      var own = (text(row, 0) + " " + text(row, 1)).toLowerCase();
      var fits = words.every(function (word) { return own.includes(word); }) &&
        Object.keys(chosen).every(function (column) {
          return !chosen[column].value || chosen[column].value === choice(row, column);
        });
      row.hidden = !fits;
      shown += fits;
    });
    var narrowed = shown < rows.length;
    letters.hidden = narrowed || table.dataset.sorted === "yes";
    status.textContent = narrowed ? shown + " of " + rows.length + " organisations." : "";
  }

  // The number that a cell begins with. What has none is not ranked, nor is a ratio that rests on few people, [u].
  function figure(row, column) {
    var ratio = text(row, columns.indexOf("Relative likelihood"));
    return ratio.endsWith("[u]") ? NaN : parseFloat(text(row, column).replace(/,/g, ""));
  }

  function sort(column) {
    var head = heads[column], down = head.getAttribute("aria-sort") === "ascending";
    var isFigure = head.classList.contains("n");
    var ranked = rows.filter(function (row) { return !isFigure || !isNaN(figure(row, column)); });
    ranked.sort(function (one, other) {
      return isFigure ? figure(one, column) - figure(other, column)
        : text(one, column).localeCompare(text(other, column), "en");
    });
    if (down) { ranked.reverse(); }
    var order = ranked.concat(rows.filter(function (row) { return !ranked.includes(row); }));
    heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    bodies.slice(1).forEach(function (body) { body.remove(); });
    bodies[0].append.apply(bodies[0], order);
    table.dataset.sorted = "yes";
    letters.hidden = true;
    status.textContent = "Sorted by " + columns[column] + (down ? ", falling" : ", rising") + (isFigure ? ". Ratios of low reliability [u] are not ranked." : ".");
  }

  heads.forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = columns[column];
    button.addEventListener("click", function () { sort(column); });
    head.replaceChildren(button);
  });
  filters.addEventListener("input", filter);
  filters.addEventListener("submit", function (event) { event.preventDefault(); });
  letters.before(filters);
})();
