// Pictures of any size to what the model takes: planes of pixels, [C, H, W], 0 to 255.

const largestSide = 4096; // what canvases hold everywhere

async function loadPicture(file) {
  const picture = new Image();
  picture.src = URL.createObjectURL(file);
  try {
    await picture.decode();
    return picture;
  } catch {
    throw new Error(`“${file.name}” is no picture that this browser can read. Choose a PNG, JPEG, WebP or another picture.`);
  } finally {
    URL.revokeObjectURL(picture.src);
  }
}

// The largest rectangle of the model's shape in the middle of the picture.
function middle(width, height) {
  const scale = Math.min(width / data.width, height / data.height);
  const size = { width: Math.round(data.width * scale), height: Math.round(data.height * scale) };
  return { ...size, x: Math.floor((width - size.width) / 2), y: Math.floor((height - size.height) / 2) };
}

function pixelsOf(picture) {
  const crop = middle(picture.naturalWidth, picture.naturalHeight);
  const scale = Math.min(1, largestSide / Math.max(crop.width, crop.height));
  const width = Math.round(crop.width * scale), height = Math.round(crop.height * scale);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff'; // behind what is transparent
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, crop.x, crop.y, crop.width, crop.height, 0, 0, width, height);
  const colors = context.getImageData(0, 0, width, height).data;

  const planes = data.channels === 3
    ? [0, 1, 2].map(channel => Float32Array.from({ length: width * height }, (_, i) => colors[4 * i + channel]))
    : [Float32Array.from({ length: width * height }, (_, i) => 0.299 * colors[4 * i] + 0.587 * colors[4 * i + 1] + 0.114 * colors[4 * i + 2])];
  const pixels = new Uint8ClampedArray(data.channels * data.height * data.width); // rounds
  planes.forEach((plane, channel) => pixels.set(resize(plane, width, height), channel * data.height * data.width));
  return new Uint8Array(pixels.buffer);
}

// Bilinear with anti-aliasing, as Pillow and torchvision resize: a triangle as wide as the reduction, along rows, then along columns.
function resize(plane, width, height) {
  const rows = filter(plane, height, width, data.width, (line, i) => line * width + i);
  return filter(rows, data.width, height, data.height, (line, i) => i * data.width + line, (line, i) => i * data.width + line);
}

function filter(values, lines, from, to, at, put = (line, i) => line * to + i) {
  const result = new Float32Array(lines * to);
  const ratio = from / to, reach = Math.max(1, ratio);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * ratio;
    const first = Math.max(0, Math.floor(center - reach + 0.5)), end = Math.min(from, Math.floor(center + reach + 0.5));
    const weights = Array.from({ length: end - first }, (_, j) => Math.max(0, 1 - Math.abs(first + j + 0.5 - center) / reach));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      for (let j = 0; j < weights.length; j++) sum += weights[j] * values[at(line, first + j)];
      result[put(line, i)] = sum / total;
    }
  }
  return result;
}

// The picture, small, with what is cut off dimmed.
function drawWhole(canvas, picture) {
  const { naturalWidth: width, naturalHeight: height } = picture;
  const crop = middle(width, height);
  const scale = 320 / Math.max(width, height);
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.imageSmoothingEnabled = scale < 1;
  context.scale(canvas.width / width, canvas.height / height);
  context.globalAlpha = 0.25;
  context.drawImage(picture, 0, 0);
  context.globalAlpha = 1;
  context.clearRect(crop.x, crop.y, crop.width, crop.height);
  context.drawImage(picture, crop.x, crop.y, crop.width, crop.height, crop.x, crop.y, crop.width, crop.height);
}

// What the model sees, pixel by pixel.
function drawPixels(canvas, pixels) {
  const plane = data.height * data.width;
  const image = new ImageData(data.width, data.height);
  for (let i = 0; i < plane; i++) {
    for (let channel = 0; channel < 3; channel++) image.data[4 * i + channel] = pixels[(data.channels === 3 ? channel * plane : 0) + i];
    image.data[4 * i + 3] = 255;
  }
  canvas.width = data.width;
  canvas.height = data.height;
  canvas.getContext('2d').putImageData(image, 0, 0);
}

