// Lets the time left go by on a page that stays open. The page says all of it without this, as of when it was made.
(() => {
  "use strict";
  const said = document.documentElement.dataset;
  const due = document.querySelectorAll("[data-due]");
  if (!due.length) return;
  // The server's clock counts, not this machine's: only what passed since the page came is measured here.
  const made = Number(said.now);
  const came = performance.now();

  function filled(words, fields) {
    return words.replace(/\{(\w+)\}/g, (all, name) => (name in fields ? String(fields[name]) : all));
  }

  function span(seconds) {
    const whole = Math.floor(seconds / 60);
    const days = Math.floor(whole / 1440);
    const hours = Math.floor(whole / 60) % 24;
    const minutes = whole % 60;
    if (days) return filled(hours ? said.daysHours : said.days, { days, hours });
    if (hours) return filled(minutes ? said.hoursMinutes : said.hours, { hours, minutes });
    return minutes ? filled(said.minutes, { minutes }) : said.moment;
  }

  function show() {
    const now = made + (performance.now() - came) / 1000;
    for (const each of due) {
      const rest = Number(each.dataset.due) - now;
      const words = filled(rest >= 0 ? said.left : said.late, { span: span(Math.abs(rest)) });
      if (each.textContent !== words) each.textContent = words;
    }
  }

  show();
  setInterval(show, 1000);
})();
