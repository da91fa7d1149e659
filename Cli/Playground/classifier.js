// The model in ONNX Runtime Web.

async function loadClassifier() {
  const [script, binary, model] = await Promise.all(['runtime-script', 'runtime-binary', 'model'].map(embedded));
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const ort = await import(address);
  URL.revokeObjectURL(address);
  ort.env.wasm.wasmBinary = binary.buffer;
  ort.env.wasm.numThreads = 1; // more need a server that isolates the page
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const shape = [1, data.channels, data.height, data.width];

  return async pixels => {
    const values = data.takesPixels ? pixels : normalize(pixels);
    const input = new ort.Tensor(data.takesPixels ? 'uint8' : 'float32', values, shape);
    const start = performance.now();
    const results = await session.run({ [data.input]: input }, [data.output]);
    return { logits: results[data.output].data, milliseconds: performance.now() - start };
  };
}

// y = pixel * scale + offset, product and sum each rounded to float32: the bits that the model was trained on.
function normalize(pixels) {
  const plane = data.height * data.width;
  return Float32Array.from(pixels, (pixel, i) => {
    const channel = Math.floor(i / plane);
    const scale = Math.fround(1 / (255 * data.std[channel])), offset = Math.fround(-data.mean[channel] / data.std[channel]);
    return Math.fround(pixel * scale) + offset;
  });
}

function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, logit => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map(power => power / sum);
}

const indexOfLargest = values => values.reduce((best, value, i) => value > values[best] ? i : best, 0);

