// Classifies pictures with ONNX Runtime in Node.js:  node classify.mjs MODEL.onnx PICTURE...
//
// The model says itself what its input is: normalised float32 (normalization.mean, normalization.std), or uint8 pixels that it
// normalises on its own (onnxinit export --embed-normalization).

import { readFile } from 'node:fs/promises';
import ort from 'onnxruntime-node';
import sharp from 'sharp';
import { readMetadata } from './metadata.mjs';

const [modelPath, ...pictures] = process.argv.slice(2);
if (pictures.length === 0) {
  console.error('usage: node classify.mjs MODEL.onnx PICTURE...');
  process.exit(2);
}

const model = await readFile(modelPath);
const metadata = readMetadata(model);
const classes = metadata.classes.split(',');
const session = await ort.InferenceSession.create(model);
const [{ name, type, shape: [, channels, height, width] }] = session.inputMetadata;

for (const picture of pictures) {
  const pixels = await readPixels(picture);
  const input = new ort.Tensor(type, type === 'uint8' ? pixels : normalize(pixels), [1, channels, height, width]);
  const { logits } = await session.run({ [name]: input });
  const probabilities = softmax([...logits.data]);
  const best = probabilities.indexOf(Math.max(...probabilities));
  console.log(`${picture}: ${classes[best]} ${(100 * probabilities[best]).toFixed(4)} %`);
}

// The middle of the picture at the model's size, as planes: [C, H, W], 0 to 255.
async function readPixels(path) {
  const interleaved = await sharp(path)
    .autoOrient()
    .flatten({ background: 'white' })
    .resize(width, height, { fit: 'cover' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
  const plane = height * width;
  return Uint8Array.from({ length: channels * plane }, (_, i) => interleaved[(i % plane) * channels + Math.floor(i / plane)]);
}

// y = (pixel / 255 - mean) / std, per channel.
function normalize(pixels) {
  const [mean, std] = ['mean', 'std'].map(key => metadata[`normalization.${key}`].split(',').map(Number));
  const plane = height * width;
  return Float32Array.from(pixels, (pixel, i) => {
    const channel = Math.floor(i / plane);
    return (pixel / 255 - mean[channel]) / std[channel];
  });
}

function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = logits.map(logit => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power);
  return powers.map(power => power / sum);
}
