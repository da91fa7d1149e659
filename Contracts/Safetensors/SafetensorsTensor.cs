using System.Runtime.InteropServices;

namespace OnnxInit.Contracts.Safetensors;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Unique in the file, and not <c>__metadata__</c>.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">The sizes of its axes; empty for a scalar.</param>
/// <param name="Write">Writes its bytes, row-major and little-endian: the product of the shape times the element's size.</param>
public sealed record SafetensorsTensor(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, Action<Stream> Write)
{
    /// <summary>A tensor of values in memory; they are read when the file is written, not copied before.</summary>
    /// <typeparam name="T">The C# type of its elements.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The sizes of its axes; empty for a scalar.</param>
    /// <param name="values">Its elements, row-major.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than the shape wants, or no type of the format is held by <typeparamref name="T"/>.</exception>
    public static SafetensorsTensor Create<T>(string name, IReadOnlyList<long> shape, ReadOnlyMemory<T> values)
        where T : unmanaged
    {
        SafetensorsType type = SafetensorsTypes.Of<T>();
        long expected = type.ByteLength(shape) / type.Size();
        return values.Length == expected
            ? new SafetensorsTensor(name, type, shape, stream => WriteValues(stream, values.Span))
            : throw new ArgumentException($"Tensor '{name}' of shape [{string.Join(", ", shape)}] wants {expected} values, and there are {values.Length}.", nameof(values));
    }

    /// <inheritdoc cref="Create{T}(string, IReadOnlyList{long}, ReadOnlyMemory{T})"/>
    public static SafetensorsTensor Create<T>(string name, IReadOnlyList<long> shape, T[] values)
        where T : unmanaged => Create(name, shape, (ReadOnlyMemory<T>)values);

    private static void WriteValues<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        // In pieces, since a span of bytes ends at 2 GB and an array does not.
        const int piece = 1 << 24;
        for (; !values.IsEmpty; values = values[Math.Min(piece, values.Length)..])
        {
            stream.Write(MemoryMarshal.AsBytes(values[..Math.Min(piece, values.Length)]));
        }
    }
}
