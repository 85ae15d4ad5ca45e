// The view as the address's last part, so that a link opens it again.

// `row=12&q=text&only=3,4&not=11&failed=1` into its parts; anything unreadable is left out.
export function readRoute(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/u, ""));
  return {
    row: whole(parts.get("row")) ?? -1,
    query: parts.get("q") ?? "",
    only: numbers(parts.get("only")),
    not: numbers(parts.get("not")),
    failures: parts.get("failed") === "1",
  };
}

export function writeRoute({ row, query, only, not, failures }) {
  const parts = new URLSearchParams();
  if (row >= 0) parts.set("row", row);
  if (query) parts.set("q", query.slice(0, 500));
  if (only.size) parts.set("only", [...only].sort((left, right) => left - right).join(","));
  if (not.size) parts.set("not", [...not].sort((left, right) => left - right).join(","));
  if (failures) parts.set("failed", "1");
  return parts.toString().replaceAll("%2C", ",");
}

function whole(text) {
  return text != null && /^\d{1,9}$/u.test(text) ? Number(text) : null;
}

function numbers(text) {
  return new Set((text ?? "").split(",").map(whole).filter((number) => number != null));
}
