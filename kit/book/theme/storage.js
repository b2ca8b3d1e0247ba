// What the browser keeps for the reader. Storage may be full or forbidden; then what was to be kept
// lasts as long as the page. (scheme.js runs before any module can, and has lines of its own.)

/** A value under a key: of this tab in `"sessionStorage"`, for good in `"localStorage"`. */
export class Kept {
  #area;
  #key;

  constructor(area, key) {
    this.#area = area;
    this.#key = key;
  }

  /** The value, or nothing. */
  read() {
    return this.#use((area) => JSON.parse(area.getItem(this.#key)));
  }

  keep(value) {
    this.#use((area) => area.setItem(this.#key, JSON.stringify(value)));
  }

  forget() {
    this.#use((area) => area.removeItem(this.#key));
  }

  #use(act) {
    try {
      return act(globalThis[this.#area]);
    } catch {
      return undefined;
    }
  }
}
