// What an ONNX file says about itself. ONNX Runtime for JavaScript does not show it, and it is easy to read: the file is a protobuf
// message whose field 14 (metadata_props) holds pairs of key (field 1) and value (field 2).
// https://protobuf.dev/programming-guides/encoding, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

const MetadataProps = 14;
const Key = 1, Value = 2;

export function readMetadata(bytes) {
  const metadata = {};
  for (const { field, content } of fields(bytes)) {
    if (field === MetadataProps) {
      const pair = Object.fromEntries([...fields(content)].map(({ field, content }) => [field, new TextDecoder().decode(content)]));
      metadata[pair[Key]] = pair[Value];
    }
  }
  return metadata;
}

// The fields of a message; content is what a field of variable length holds (text, bytes, a message), and empty for numbers.
function* fields(bytes) {
  let position = 0;
  const varint = () => {
    let value = 0, scale = 1, byte;
    do {
      byte = bytes[position++];
      value += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    return value;
  };

  while (position < bytes.length) {
    const tag = varint();
    const [field, type] = [Math.floor(tag / 8), tag % 8];
    let length = 0;
    switch (type) {
      case 0: varint(); break;
      case 1: position += 8; break;
      case 2: length = varint(); break;
      case 5: position += 4; break;
      default: throw new Error(`no ONNX model: byte ${position} has wire type ${type}`);
    }
    yield { field, content: bytes.subarray(position, position + length) };
    position += length;
  }
}
