// One call to the hotline over WebRTC. Knows no page: it tells what happens by events.
//
//   connected          audio and data channel are open
//   caption            detail: {speaker: "caller" | "bot", text, final}
//   weak, strong       the connection is interrupted, is back
//   ended              detail: {reason}; the last event

const GATHERING = 2000; // ms for the browser to list its addresses; none are asked for outside
const CONNECTING = 15000; // ms
const PARTING = 100; // ms for the last message to arrive
const HANGING_UP = 3000; // ms for the hotline to hear of it, over a bad network, and to close its end

/** The call did not come about; `reason` is "busy" or "unreachable", `message` what to tell the caller, if known. */
export class CallFailed extends Error {
  constructor(reason, message = "") {
    super(message);
    this.reason = reason;
  }
}

export class Call extends EventTarget {
  #connection = new RTCPeerConnection();
  #channel = this.#connection.createDataChannel("hotline");
  #ended = false;

  /** What the hotline says, to be played. */
  sound = new MediaStream();

  constructor() {
    super();
    this.#connection.addEventListener("track", ({ track }) => this.sound.addTrack(track));
    this.#connection.addEventListener("connectionstatechange", () => this.#connectionChanged());
    this.#channel.addEventListener("message", ({ data }) => this.#received(JSON.parse(data)));
    this.#channel.addEventListener("close", () => (this.#ended ? this.#connection.close() : this.#end("lost")));
  }

  /** Calls; `microphone` is a MediaStream, or null for a caller who types. Throws CallFailed. */
  async connect(microphone) {
    const track = microphone?.getAudioTracks()[0];
    this.#connection.addTransceiver(track ?? "audio", { direction: track ? "sendrecv" : "recvonly" });
    await this.#connection.setLocalDescription();
    await this.#gathered();
    const { sdp } = await this.#offer();
    if (this.#ended) return;
    await this.#connection.setRemoteDescription({ type: "answer", sdp });
    await this.#opened();
    this.#tell("connected");
  }

  press(key) {
    this.#send({ type: "digit", key });
  }

  write(text) {
    this.#send({ type: "text", text });
  }

  hangUp() {
    this.#send({ type: "hang_up" });
    this.#end("hung_up", HANGING_UP);
  }

  #gathered() {
    return new Promise((done) => {
      const check = () => this.#connection.iceGatheringState === "complete" && done();
      this.#connection.addEventListener("icegatheringstatechange", check);
      setTimeout(done, GATHERING);
      check();
    });
  }

  async #offer() {
    const body = JSON.stringify(this.#connection.localDescription);
    let response;
    let answer;
    try {
      response = await fetch("/webrtc/offer", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      answer = await response.json();
    } catch {
      throw this.#failed("unreachable");
    }
    if (!response.ok) throw this.#failed(answer.error === "busy" ? "busy" : "unreachable", answer.message);
    return answer;
  }

  #opened() {
    return new Promise((done, fail) => {
      if (this.#channel.readyState === "open") done();
      this.#channel.addEventListener("open", done);
      this.addEventListener("ended", done);
      setTimeout(() => this.#channel.readyState === "connecting" && fail(this.#failed("unreachable")), CONNECTING);
    });
  }

  #failed(reason, message) {
    this.#ended = true;
    this.#connection.close();
    return new CallFailed(reason, message);
  }

  #connectionChanged() {
    const state = this.#connection.connectionState;
    if (state === "failed") this.#end("lost");
    if (state === "disconnected") this.#tell("weak");
    if (state === "connected") this.#tell("strong");
  }

  #received(message) {
    if (message.type === "caption") this.#tell("caption", message);
    if (message.type === "ended") this.#end("hotline_hung_up");
  }

  #send(message) {
    if (this.#channel.readyState === "open") this.#channel.send(JSON.stringify(message));
  }

  #end(reason, patience = PARTING) {
    if (this.#ended) return;
    this.#ended = true;
    this.#tell("ended", { reason });
    setTimeout(() => this.#connection.close(), patience);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
