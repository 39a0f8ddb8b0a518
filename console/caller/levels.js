// How loud a stream is, ten times a second.

const PERIOD = 100; // ms

/** Calls `report` with the level in dB (0 is full scale, -100 silence) until the returned function is called. */
export function watchLevel(context, stream, report) {
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  const source = context.createMediaStreamSource(stream);
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    report(10 * Math.log10(power + 1e-10));
  }, PERIOD);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}
