// What a person does in, the server's answer out; and the stream of what happens.

const SILENT_FOR = 45_000; // the server speaks every 15 seconds

/** The server said no; `status` is HTTP's, 0 when it could not be reached. */
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export class Api {
  constructor(key) {
    this.key = key;
    this.headers = { Authorization: `Bearer ${key}` };
  }

  async request(method, path, { json, form, signal } = {}) {
    const headers = json === undefined ? this.headers : { ...this.headers, "Content-Type": "application/json" };
    const body = json === undefined ? form : JSON.stringify(json);
    let response;
    try {
      response = await fetch(path, { method, headers, body, signal, cache: "no-store" });
    } catch (error) {
      throw new Refused("The demo does not answer.", error.name === "AbortError" ? -1 : 0);
    }
    if (response.ok) return response;
    let reason = response.statusText;
    try {
      reason = (await response.json()).error ?? reason;
    } catch {
      // not JSON: the status has to do
    }
    throw new Refused(reason, response.status);
  }

  async get(path) {
    return (await this.request("GET", path)).json();
  }

  async post(path, json = {}) {
    return (await this.request("POST", path, { json })).json();
  }

  /** One action of a person, as in bot/sandbox/seats_api.py. */
  act(user, action, given = {}) {
    return this.post(`/seats/${user}/${action}`, given);
  }

  async sendFile(user, file, fields) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
    form.append("file", file, file.name || "picture.png");
    return (await this.request("POST", `/seats/${user}/send_file`, { form })).json();
  }

  fileAddress(id) {
    return `/seats/file/${encodeURIComponent(id)}?key=${encodeURIComponent(this.key)}`;
  }

  /** Hands over each event after a number; returns or throws when the stream ends. */
  async stream(seats, after, take) {
    const stop = new AbortController();
    let watch;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => stop.abort(), SILENT_FOR);
    };
    alive();
    try {
      const response = await this.request("GET", `/seats/events?seats=${seats.join(",")}&after=${after}`, { signal: stop.signal });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        alive();
        text += value;
        const blocks = text.split("\n\n");
        text = blocks.pop();
        for (const block of blocks) {
          const data = block.split("\n").find((line) => line.startsWith("data: "));
          if (data) take(JSON.parse(data.slice(6)));
        }
      }
    } finally {
      clearTimeout(watch);
      stop.abort();
    }
  }
}
