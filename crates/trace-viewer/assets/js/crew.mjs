// Workers made of this very script, so that the page stays one file; where they are refused, its own thread does their work.

import { JOBS } from "./jobs.mjs";

// The page's own thread lets others in this often.
const SLICE_MS = 12;

// A chance for everything else; a timer would make it wait four milliseconds each time.
function breath() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

export class Crew {
  // `source` is the script's text; without it there are no workers.
  constructor(source) {
    Object.assign(this, { workers: [], waiting: new Map(), given: 0, pause: 0 });
    if (source) this.hire(source);
  }

  hire(source) {
    const count = Math.max(2, Math.min(4, navigator.hardwareConcurrency - 1));
    const address = URL.createObjectURL(new Blob([source]));
    try {
      while (this.workers.length < count) {
        const worker = new Worker(address);
        this.workers.push({ worker, busy: 0 });
        worker.onmessage = ({ data }) => this.settle(data);
        worker.onerror = (event) => this.dismiss(event);
      }
    } catch {
      this.workers = [];
    }
  }

  // As many jobs as keep everyone busy.
  get lanes() {
    return Math.max(1, 2 * this.workers.length);
  }

  run(name, ...input) {
    return new Promise((resolve, reject) => this.give({ name, input, resolve, reject }));
  }

  give(job) {
    if (!this.workers.length) return this.own(job);
    job.who = this.workers.reduce((left, right) => (right.busy < left.busy ? right : left));
    job.who.busy += 1;
    this.given += 1;
    this.waiting.set(this.given, job);
    job.who.worker.postMessage([this.given, job.name, job.input]);
  }

  settle([number, result, error]) {
    const job = this.waiting.get(number);
    this.waiting.delete(number);
    job.who.busy -= 1;
    if (error) job.reject(new Error(error));
    else job.resolve(result);
  }

  // Everything that they had been given is done here.
  dismiss(event) {
    event.preventDefault();
    for (const { worker } of this.workers) worker.terminate();
    this.workers = [];
    for (const job of this.waiting.values()) this.own(job);
    this.waiting.clear();
  }

  async own({ name, input, resolve, reject }) {
    try {
      if (performance.now() > this.pause) {
        await breath();
        this.pause = performance.now() + SLICE_MS;
      }
      resolve(await JOBS[name](...input));
    } catch (error) {
      reject(error);
    }
  }
}

// The other end: this script, started again where there is no document.
export function serve(scope) {
  scope.onmessage = async ({ data: [number, name, input] }) => {
    try {
      const result = await JOBS[name](...input);
      scope.postMessage([number, result], (ArrayBuffer.isView(result) ? [result] : Object.values(result)).map(({ buffer }) => buffer));
    } catch (error) {
      scope.postMessage([number, null, error.message]);
    }
  };
}
