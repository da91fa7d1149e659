using System.Buffers;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Graph;

/// <summary>The elements of a constant, row by row, little-endian: bytes of ours, or a tensor whose memory is shared and not copied.</summary>
public abstract class ConstantData
{
    /// <summary>How many bytes there are.</summary>
    public abstract long ByteCount { get; }

    /// <summary>The bytes. Of a tensor on the CPU in row order, its own memory; of another, a copy made by this call.</summary>
    /// <exception cref="InvalidOperationException">There are more than 2 GB; use <see cref="WriteTo"/>.</exception>
    public abstract ReadOnlyMemory<byte> Memory { get; }

    /// <summary>Bytes of ours.</summary>
    /// <param name="bytes">The bytes; not copied.</param>
    public static ConstantData Of(ReadOnlyMemory<byte> bytes) => new Bytes(bytes);

    /// <summary>A tensor's elements. Its memory is shared, and stays alive when the tensor is disposed of.</summary>
    /// <param name="tensor">The tensor, on any device, in any layout.</param>
    public static ConstantData Of(Tensor tensor) => new OfTensor(tensor);

    /// <summary>Writes the bytes, in pieces.</summary>
    /// <param name="stream">Where to.</param>
    public abstract void WriteTo(Stream stream);

    private sealed class Bytes(ReadOnlyMemory<byte> bytes) : ConstantData
    {
        public override long ByteCount => bytes.Length;

        public override ReadOnlyMemory<byte> Memory => bytes;

        public override void WriteTo(Stream stream) => stream.Write(bytes.Span);
    }

    private sealed class OfTensor : ConstantData
    {
        private readonly Tensor _tensor;

        public OfTensor(Tensor tensor)
        {
            _tensor = tensor.detach();
            _tensor.DetachFromDisposeScope();
            ByteCount = _tensor.NumberOfElements * _tensor.ElementSize;
        }

        public override long ByteCount { get; }

        public override ReadOnlyMemory<byte> Memory
        {
            get
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor rows = _tensor.cpu().contiguous();
                rows.DetachFromDisposeScope();
                return new TensorMemory(rows).Memory;
            }
        }

        public override void WriteTo(Stream stream)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor elements = _tensor.cpu().contiguous().view(-1);
            long piece = (1 << 26) / elements.ElementSize;
            for (long done = 0; done < elements.NumberOfElements; done += piece)
            {
                using Tensor part = elements.narrow(0, done, Math.Min(piece, elements.NumberOfElements - done));
                stream.Write(part.bytes);
            }
        }
    }

    /// <summary>A tensor's memory as .NET's; it holds the tensor.</summary>
    private sealed class TensorMemory(Tensor rows) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => rows.bytes;

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rows.Dispose();
            }
        }
    }
}
