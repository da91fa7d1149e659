using System.IO.Hashing;
using TorchSharp;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export.Graph;

/// <summary>The elements of a constant, row by row, little-endian: bytes of ours, or a tensor whose memory is shared and not copied.</summary>
public abstract class ConstantData
{
    private const int SmallestStream = 1 << 16; // bytes up to which there is one piece, which is hashed without a buffer

    private UInt128? _checksum;

    /// <summary>How many bytes there are.</summary>
    public abstract long ByteCount { get; }

    /// <summary>Whether the memory is a tensor's, which others can write to.</summary>
    public abstract bool IsShared { get; }

    /// <summary>The bytes. Of a tensor on the CPU in row order, its own memory; of another, a copy made by this call.</summary>
    /// <exception cref="InvalidOperationException">There are more than 2 GB; use <see cref="WriteTo"/>.</exception>
    public abstract ReadOnlyMemory<byte> Memory { get; }

    /// <summary>
    /// A hash of the bytes (XXH3, 128 bits) as they were when it was first asked for, in the order in which they lie in memory: of two
    /// constants in one layout it tells whether they are equal, of one constant whether it has changed.
    /// </summary>
    internal UInt128 Checksum => _checksum ??= ComputeChecksum();

    /// <summary>Bytes of ours.</summary>
    /// <param name="bytes">The bytes; not copied.</param>
    public static ConstantData Of(ReadOnlyMemory<byte> bytes) => new Bytes(bytes);

    /// <summary>A tensor's elements. Its memory is shared, and stays alive when the tensor is disposed of.</summary>
    /// <param name="tensor">The tensor, on any device, in any layout.</param>
    public static ConstantData Of(Tensor tensor) => new OfTensor(tensor);

    /// <summary>Writes the bytes, in pieces.</summary>
    /// <param name="stream">Where to.</param>
    public void WriteTo(Stream stream) => ForEachPiece(stream.Write);

    /// <summary>Visits the bytes in pieces, in order; no more than 64 MB are copied at a time, and none where they lie in order in the CPU's memory.</summary>
    /// <param name="visit">Takes a piece.</param>
    internal abstract void ForEachPiece(Action<ReadOnlySpan<byte>> visit);

    /// <summary>The elements as a tensor on the CPU, which the caller disposes of: a view of the shared memory where there is one.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The shape.</param>
    internal abstract Tensor ToTensor(DataType type, IReadOnlyList<long> shape);

    /// <summary>The hash of the bytes as they are now.</summary>
    internal virtual UInt128 ComputeChecksum()
    {
        if (ByteCount <= SmallestStream)
        {
            UInt128 checksum = XxHash128.HashToUInt128([]);
            ForEachPiece(piece => checksum = XxHash128.HashToUInt128(piece));
            return checksum;
        }

        XxHash128 hash = new();
        ForEachPiece(hash.Append);
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>Writes the bytes, in pieces.</summary>
    /// <param name="stream">Where to.</param>
    /// <returns>The hash of what was written, as <see cref="Checksum"/>.</returns>
    internal virtual UInt128 WriteHashed(Stream stream)
    {
        XxHash128 hash = new();
        ForEachPiece(piece =>
        {
            stream.Write(piece);
            hash.Append(piece);
        });
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>Whether two constants have the same bytes.</summary>
    /// <param name="other">Another constant.</param>
    /// <returns>false also where there are too many to look at.</returns>
    internal virtual bool HasBytesOf(ConstantData other) =>
        ByteCount == other.ByteCount && ByteCount <= int.MaxValue && Memory.Span.SequenceEqual(other.Memory.Span);

    private sealed class Bytes(ReadOnlyMemory<byte> bytes) : ConstantData
    {
        public override long ByteCount => bytes.Length;

        public override bool IsShared => false;

        public override ReadOnlyMemory<byte> Memory => bytes;

        internal override void ForEachPiece(Action<ReadOnlySpan<byte>> visit) => visit(bytes.Span);

        internal override Tensor ToTensor(DataType type, IReadOnlyList<long> shape)
        {
            Tensor tensor = empty([.. shape], type.ToTorch());
            if (!bytes.IsEmpty)
            {
                bytes.Span.CopyTo(tensor.bytes);
            }

            return tensor;
        }
    }

    private sealed class OfTensor : ConstantData
    {
        private const long LargestCopy = 1 << 26;
        private const int LargestPiece = 1 << 20; // what is written is hashed while it is in the processor's cache

        private readonly Tensor _tensor;
        private readonly bool _isInOrder;
        private TensorMemory? _memory;

        public OfTensor(Tensor tensor)
        {
            _tensor = tensor.detach();
            _tensor.DetachFromDisposeScope();
            _isInOrder = IsInOrder(_tensor);
            ByteCount = _tensor.NumberOfElements * _tensor.ElementSize;
        }

        public override long ByteCount { get; }

        public override bool IsShared => true;

        public override ReadOnlyMemory<byte> Memory
        {
            get
            {
                if (ByteCount > int.MaxValue)
                {
                    throw new InvalidOperationException($"The constant has {ByteCount:N0} bytes, and .NET's memory ends at {int.MaxValue:N0}. Write it in pieces.");
                }

                if (_isInOrder)
                {
                    return (_memory ??= new TensorMemory(_tensor)).Memory;
                }

                using DisposeScope scope = NewDisposeScope();
                Tensor rows = _tensor.cpu().contiguous();
                rows.DetachFromDisposeScope();
                return new TensorMemory(rows).Memory;
            }
        }

        internal override void ForEachPiece(Action<ReadOnlySpan<byte>> visit) => Visit(_tensor, _isInOrder, visit);

        // A transposed weight lies in memory as the weight does: hashed so, it is not copied.
        internal override UInt128 ComputeChecksum()
        {
            if (_isInOrder || _tensor.device_type != DeviceType.CPU)
            {
                return base.ComputeChecksum();
            }

            long[] strides = _tensor.stride();
            using Tensor asItLies = _tensor.permute([.. Enumerable.Range(0, strides.Length).OrderByDescending(axis => strides[axis]).Select(axis => (long)axis)]);
            XxHash128 hash = new();
            Visit(asItLies, IsInOrder(asItLies), hash.Append);
            return hash.GetCurrentHashAsUInt128();
        }

        internal override UInt128 WriteHashed(Stream stream)
        {
            if (_isInOrder || _tensor.device_type != DeviceType.CPU)
            {
                return base.WriteHashed(stream);
            }

            UInt128 checksum = ComputeChecksum();
            WriteTo(stream);
            return checksum;
        }

        internal override bool HasBytesOf(ConstantData other) =>
            (other is OfTensor { _tensor: var tensor } && tensor.device_type == DeviceType.CPU && _tensor.device_type == DeviceType.CPU && tensor.dtype == _tensor.dtype
                && TensorAddress.OfData(tensor) == TensorAddress.OfData(_tensor) && tensor.shape.SequenceEqual(_tensor.shape) && tensor.stride().SequenceEqual(_tensor.stride()))
            || base.HasBytesOf(other);

        internal override Tensor ToTensor(DataType type, IReadOnlyList<long> shape) => _tensor.cpu().reshape([.. shape]);

        private static bool IsInOrder(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.is_contiguous();

        private static void Visit(Tensor tensor, bool isInOrder, Action<ReadOnlySpan<byte>> visit)
        {
            long bytes = tensor.NumberOfElements * tensor.ElementSize;
            if (bytes == 0)
            {
                return;
            }

            if (isInOrder)
            {
                nint start = TensorAddress.OfData(tensor);
                for (long done = 0; done < bytes; done += LargestPiece)
                {
                    visit(Span(start + (nint)done, (int)Math.Min(LargestPiece, bytes - done)));
                }

                GC.KeepAlive(tensor);
                return;
            }

            using DisposeScope scope = NewDisposeScope();
            if (bytes <= LargestCopy)
            {
                Visit(tensor.cpu().contiguous(), isInOrder: true, visit);
                return;
            }

            long rows = tensor.shape[0];
            long block = Math.Max(1, LargestCopy / (bytes / rows));
            for (long row = 0; row < rows; row += block)
            {
                using Tensor part = block == 1 ? tensor.select(0, row) : tensor.narrow(0, row, Math.Min(block, rows - row));
                Visit(part, IsInOrder(part), visit);
            }
        }
    }

    private static unsafe ReadOnlySpan<byte> Span(nint start, int length) => new((void*)start, length);

    /// <summary>A tensor's memory as .NET's; it holds the tensor.</summary>
    private sealed unsafe class TensorMemory(Tensor rows) : System.Buffers.MemoryManager<byte>
    {
        private readonly int _length = checked((int)(rows.NumberOfElements * rows.ElementSize));

        public override Span<byte> GetSpan() => _length == 0 ? [] : new((void*)TensorAddress.OfData(rows), _length);

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => new((byte*)TensorAddress.OfData(rows) + elementIndex, pinnable: this);

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
