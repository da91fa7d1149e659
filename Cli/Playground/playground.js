// The page: what is shown when.

const mostBars = 20;
const element = id => document.getElementById(id);
const make = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const percent = value => `${(100 * value).toFixed(1)} %`;
const milliseconds = value => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const exponent = value => value === 0 ? '0' : value.toExponential(1);
const afterPainting = () => new Promise(resolve => setTimeout(resolve));

let classify, testPixels, thumbnails;

function showProblem(text) {
  element('problem').textContent = text;
  element('problem').hidden = false;
}

function showAnswer({ logits, milliseconds: time }, label) {
  const probabilities = softmax(logits);
  const order = probabilities.map((_, i) => i).sort((a, b) => probabilities[b] - probabilities[a]);
  element('answer').replaceChildren(
    make('strong', { textContent: data.classes[order[0]] }), ` ${percent(probabilities[order[0]])} `,
    make('span', { className: 'pale', textContent: `in ${milliseconds(time)}` }));
  element('probabilities').tBodies[0].replaceChildren(...order.slice(0, mostBars).map((index, place) => {
    const bar = make('span');
    bar.style.width = `${100 * probabilities[index]}%`;
    const name = make('th', { scope: 'row' }, data.classes[index]);
    if (index === label) name.append(' ', make('span', { className: 'tag', textContent: 'true' }));
    return make('tr', { className: place === 0 ? 'first' : '' }, name,
      make('td', { className: 'track', ariaHidden: 'true' }, make('span', {}, bar)),
      make('td', { className: 'number' }, make('data', { value: probabilities[index], textContent: percent(probabilities[index]) })));
  }));
  element('probabilities').hidden = false;
}

async function showPicture(file) {
  try {
    element('problem').hidden = true;
    const picture = await loadPicture(file);
    const pixels = pixelsOf(picture);
    const result = await classify(pixels);
    drawWhole(element('whole'), picture);
    drawPixels(element('seen'), pixels);
    element('whole').hidden = false;
    element('about').textContent = `${file.name}: ${picture.naturalWidth} × ${picture.naturalHeight} pixels, and the ${data.width} × ${data.height} that the model sees.`;
    element('views').hidden = false;
    select(null);
    showAnswer(result);
  } catch (error) {
    showProblem(error.message);
  }
}

async function showTest(index) {
  const image = data.images[index];
  const pixels = pixelsOfTest(index);
  const result = await classify(pixels);
  element('problem').hidden = true;
  drawPixels(element('seen'), pixels);
  element('whole').hidden = true;
  element('about').textContent = `Test image ${image.index}: ${data.classes[image.label]}. TorchSharp says ${data.classes[indexOfLargest(image.logits)]}; the logits differ by at most ${exponent(largestDifference(result.logits, image.logits))}.`;
  element('views').hidden = false;
  select(index);
  showAnswer(result, image.label);
}

const pixelsOfTest = index => testPixels.subarray(index * testPixels.length / data.images.length, (index + 1) * testPixels.length / data.images.length);
const largestDifference = (a, b) => b.reduce((largest, value, i) => Math.max(largest, Math.abs(a[i] - value)), 0);

// One thumbnail is a stop of the Tab key, the arrows go to the others.
function select(index) {
  thumbnails.forEach((button, i) => {
    button.setAttribute('aria-pressed', i === index);
    if (index !== null) button.tabIndex = i === index ? 0 : -1;
  });
}

function makeThumbnails() {
  thumbnails = data.images.map((image, index) => {
    const canvas = make('canvas', { className: 'pixels' });
    drawPixels(canvas, pixelsOfTest(index));
    const button = make('button', { type: 'button', className: 'thumbnail', tabIndex: index === 0 ? 0 : -1, onclick: () => showTest(index) }, canvas, make('span', { className: 'mark', ariaHidden: 'true' }));
    button.setAttribute('aria-label', data.classes[image.label]);
    return button;
  });
  const labels = [...new Set(data.images.map(image => image.label))];
  const groups = labels.length * 4 <= data.images.length ? labels : [null]; // by class, where a class has some
  element('images').replaceChildren(...groups.map(label => {
    const name = label === null ? 'All classes' : data.classes[label];
    return make('div', { role: 'group', ariaLabel: name }, make('h3', { textContent: name }),
      make('div', { className: 'thumbnails' }, ...thumbnails.filter((_, i) => label === null || data.images[i].label === label)));
  }));
  element('images').onkeydown = event => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = thumbnails[thumbnails.indexOf(document.activeElement) + step];
    if (step !== undefined && next !== undefined) {
      event.preventDefault();
      thumbnails.forEach(button => { button.tabIndex = button === next ? 0 : -1; });
      next.focus();
    }
  };
}

function mark(index, answer) {
  const image = data.images[index], agrees = answer === indexOfLargest(image.logits), right = answer === image.label;
  const sign = thumbnails[index].querySelector('.mark');
  sign.className = `mark ${!agrees ? 'differs' : right ? 'right' : 'wrong'}`;
  sign.textContent = !agrees ? '≠' : right ? '✓' : '✗';
  thumbnails[index].setAttribute('aria-label', `${data.classes[image.label]}: ${right ? 'right' : `wrong, ${data.classes[answer]}`}${agrees ? '' : ', and not TorchSharp’s answer'}`);
  thumbnails[index].title = `${data.classes[image.label]} → ${data.classes[answer]}`;
  return { agrees, right };
}

async function runTests() {
  element('again').disabled = true;
  element('verdict').className = 'verdict pending';
  const count = data.images.length, times = [];
  let agreements = 0, right = 0, difference = 0;
  for (let i = 0; i < count; i++) {
    const { logits, milliseconds: time } = await classify(pixelsOfTest(i));
    const outcome = mark(i, indexOfLargest(Array.from(logits)));
    agreements += outcome.agrees;
    right += outcome.right;
    difference = Math.max(difference, largestDifference(logits, data.images[i].logits));
    times.push(time);
    if (i % 10 === 9) {
      element('verdict').textContent = `${agreements} of ${i + 1} agree …`;
      await afterPainting();
    }
  }
  element('verdict').className = `verdict ${agreements === count ? 'good' : 'failed bad'}`;
  element('verdict').textContent = `${agreements} of ${count} agree with TorchSharp`;
  element('difference').textContent = exponent(difference);
  element('right').textContent = `${right} of ${count}`;
  element('time').textContent = milliseconds(times.sort((a, b) => a - b)[count >> 1]);
  element('again').disabled = false;
}

function listen() {
  element('file').onchange = event => {
    if (event.target.files.length > 0) showPicture(event.target.files[0]);
    event.target.value = ''; // the same file may be chosen again
  };
  const files = transfer => [...transfer.items].some(item => item.kind === 'file');
  let depth = 0;
  const over = change => element('drop').classList.toggle('over', (depth = Math.max(0, depth + change)) > 0);
  addEventListener('dragenter', event => files(event.dataTransfer) && over(1));
  addEventListener('dragleave', event => files(event.dataTransfer) && over(-1));
  addEventListener('dragover', event => event.preventDefault());
  addEventListener('drop', event => {
    event.preventDefault();
    over(-Infinity);
    if (event.dataTransfer.files.length > 0) showPicture(event.dataTransfer.files[0]);
    else showProblem('That is no file. Drop a picture from a folder, or save it first.');
  });
  addEventListener('paste', event => {
    if (event.clipboardData.files.length > 0) showPicture(event.clipboardData.files[0]);
  });
  element('again').onclick = runTests;
}

try {
  const shape = data.width === data.height ? 'square' : `rectangle of ${data.width} : ${data.height}`;
  const grey = data.channels === 1 ? ', made grey' : '';
  element('crop').firstElementChild.textContent = `Of a picture, the largest ${shape} in the middle is taken, resized to ${data.width} × ${data.height} pixels${grey}`
    + (data.takesPixels ? '. The model normalises it itself.' : ', and normalised as in the training.');
  element('provenance').textContent = `${data.model}: ${data.bytes.toLocaleString('en')} bytes, SHA-256 ${data.digest}.`;
  testPixels = await embedded('pixels');
  makeThumbnails();
  classify = await loadClassifier();
  await classify(pixelsOfTest(0)); // the first run prepares memory
  listen();
  await showTest(0);
  await runTests();
} catch (error) {
  element('answer').textContent = element('verdict').textContent = 'The model does not run here.';
  showProblem(`This browser cannot run the model: ${error.message}`);
}
