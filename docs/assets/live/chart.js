// @ts-check
// A chart: hairline axes, and lines and dots in the page's colours.

/** @typedef {[number, number]} Point */
/**
 * A line, of a class such as "accent", with a dot at its end, or at every point; "guide" and "quiet" have none.
 *
 * @typedef {{ points: Point[], kind: string, label?: string, dots?: boolean }} Line
 */

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 34; // room for the numbers
const BOTTOM = 20;
const TOP = 25; // room for the title, over the highest number
const RIGHT = 8;

/**
 * Add an element of SVG to another.
 *
 * @param {Element} parent
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
export function add(parent, name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  parent.append(made);
  return made;
}

export class Chart {
  /**
   * @param {string} title
   * @param {{ width?: number, height?: number }} [size]
   */
  constructor(title, { width = 300, height = 190 } = {}) {
    this.title = title;
    this.width = width;
    this.height = height;
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("role", "img");
    this.svg.setAttribute("aria-label", title);
    this.svg.setAttribute("class", "dl-live-chart");
    /** @type {Point} */
    this.x = [0, 1];
    /** @type {Point} */
    this.y = [0, 1];
  }

  /** @param {number} value */
  across(value) {
    return LEFT + ((value - this.x[0]) / (this.x[1] - this.x[0])) * (this.width - LEFT - RIGHT);
  }

  /** @param {number} value */
  down(value) {
    const share = (value - this.y[0]) / (this.y[1] - this.y[0]);
    return this.height - BOTTOM - share * (this.height - BOTTOM - TOP);
  }

  /**
   * Return where in the chart's numbers the page was touched.
   *
   * @param {MouseEvent} event
   * @returns {Point}
   */
  at(event) {
    const box = this.svg.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * this.width;
    const py = ((event.clientY - box.top) / box.height) * this.height;
    const x = (px - LEFT) / (this.width - LEFT - RIGHT);
    const y = (this.height - BOTTOM - py) / (this.height - BOTTOM - TOP);
    return [this.x[0] + x * (this.x[1] - this.x[0]), this.y[0] + y * (this.y[1] - this.y[0])];
  }

  /**
   * Call back with where the chart is touched, for as long as it is held.
   *
   * @param {(point: Point) => void} call
   */
  onDrag(call) {
    const { svg } = this;
    let held = false;
    svg.classList.add("dl-live-drag");
    svg.addEventListener("pointerdown", (event) => {
      held = true;
      svg.setPointerCapture(event.pointerId);
      call(this.at(event));
    });
    svg.addEventListener("pointermove", (event) => held && call(this.at(event)));
    for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, () => (held = false));
  }

  /**
   * Draw anew.
   *
   * @param {object} what
   * @param {Point} what.x from where to where the axis goes
   * @param {Point} what.y
   * @param {string} what.label under the horizontal axis
   * @param {Line[]} what.lines
   * @param {string} what.says what a screen reader says
   */
  draw({ x, y, label, lines, says }) {
    [this.x, this.y] = [x, y];
    const { svg, width, height } = this;
    svg.replaceChildren();
    svg.setAttribute("aria-label", `${this.title}. ${says}`);
    const base = height - BOTTOM;
    add(svg, "path", { d: `M${LEFT} ${TOP}V${base}H${width - RIGHT}`, class: "axis" });
    add(svg, "text", { x: 0, y: 11, class: "title" }, this.title);
    for (const value of y) add(svg, "text", { x: LEFT - 5, y: this.down(value) + 4, class: "end" }, short(value));
    add(svg, "text", { x: LEFT, y: height - 5 }, short(x[0]));
    add(svg, "text", { x: width - RIGHT, y: height - 5, class: "end" }, short(x[1]));
    add(svg, "text", { x: (LEFT + width) / 2, y: height - 5, class: "middle" }, label);
    const names = add(svg, "text", { x: width - RIGHT, y: 11, class: "end" });
    for (const { points, kind, label: name, dots } of lines) {
      const inside = points.filter((point) => point.every(Number.isFinite));
      if (inside.length === 0) continue;
      const places = inside.map(([u, v]) => [this.across(u), this.down(Math.min(y[1], Math.max(y[0], v)))]);
      add(svg, "path", { d: `M${places.map((place) => place.map((n) => n.toFixed(1)).join(" ")).join("L")}`, class: kind });
      for (const [u, v] of dots ? places : places.slice(/guide|quiet/.test(kind) ? places.length : -1)) {
        add(svg, "circle", { cx: u, cy: v, r: dots || points.length === 1 ? 3.5 : 2.5, class: kind });
      }
      if (name) add(names, "tspan", { class: kind, dx: 10 }, name);
    }
    return svg;
  }
}

/** @param {number} value */
function short(value) {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}
