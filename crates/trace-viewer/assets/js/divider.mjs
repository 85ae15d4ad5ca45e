// The line between rows and details, moved by pointer or keys.

const STEP = 24;
const LEAST = 260;

export function dividerMoves(divider) {
  const root = document.documentElement;
  const width = () => innerWidth - divider.getBoundingClientRect().right;
  const move = (wanted) => {
    const pixels = Math.round(Math.min(innerWidth * 0.75, Math.max(LEAST, wanted)));
    root.style.setProperty("--side", pixels + "px");
    divider.setAttribute("aria-valuenow", pixels);
  };
  divider.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    divider.setPointerCapture(event.pointerId);
  });
  divider.addEventListener("pointermove", ({ pointerId, clientX }) => divider.hasPointerCapture(pointerId) && move(innerWidth - clientX));
  divider.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    move(width() + by);
  });
}
