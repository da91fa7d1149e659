// What the page carries with it: JSON, and files as base64 of gzip.

const data = JSON.parse(document.getElementById('data').textContent);

async function embedded(id) {
  const text = document.getElementById(id).textContent;
  const compressed = Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), character => character.charCodeAt(0));
  const content = new Blob([compressed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(content).arrayBuffer());
}

