// What changed between two lists of strings.

// Larger changed middles are told as one replacement.
const CELLS = 4e6;

// Stretches [sign, from, to] in order: " " and "-" count in the old list, "+" in the new one.
export function difference(old, now) {
  const least = Math.min(old.length, now.length);
  let head = 0;
  while (head < least && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < least - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const found = [];
  const add = (sign, from, to) => {
    const last = found.at(-1);
    if (last?.[0] === sign && last[2] === from) last[2] = to;
    else if (to > from) found.push([sign, from, to]);
  };
  add(" ", 0, head);
  middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail), (sign, from, to) => add(sign, from + head, to + head));
  add(" ", old.length - tail, old.length);
  return found;
}

// By the longest common part; `common` counts it from each pair of places to the ends.
function middle(old, now, add) {
  const width = now.length + 1;
  if (old.length * now.length > CELLS) {
    add("-", 0, old.length);
    return add("+", 0, now.length);
  }
  const common = new Uint16Array((old.length + 1) * width);
  for (let at = old.length - 1; at >= 0; at -= 1) {
    for (let to = now.length - 1; to >= 0; to -= 1) {
      const cell = at * width + to;
      common[cell] = old[at] === now[to] ? common[cell + width + 1] + 1 : Math.max(common[cell + width], common[cell + 1]);
    }
  }
  let at = 0;
  let to = 0;
  while (at < old.length || to < now.length) {
    const cell = at * width + to;
    if (at < old.length && old[at] === now[to]) {
      add(" ", at, at + 1);
      at += 1;
      to += 1;
    } else if (to === now.length || (at < old.length && common[cell + width] >= common[cell + 1])) {
      add("-", at, at + 1);
      at += 1;
    } else {
      add("+", to, to + 1);
      to += 1;
    }
  }
}
