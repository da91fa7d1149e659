namespace OnnxInit.Contracts.Safetensors;

/// <summary>How the element types are spelled in a file, how many bytes each takes, and which C# type holds it.</summary>
public static class SafetensorsTypes
{
    private static readonly (SafetensorsType Type, string Spelling, int Size, Type? Element)[] Table =
    [
        (SafetensorsType.Bool, "BOOL", 1, typeof(bool)),
        (SafetensorsType.UInt8, "U8", 1, typeof(byte)),
        (SafetensorsType.Int8, "I8", 1, typeof(sbyte)),
        (SafetensorsType.Float8E5M2, "F8_E5M2", 1, null),
        (SafetensorsType.Float8E4M3, "F8_E4M3", 1, null),
        (SafetensorsType.Int16, "I16", 2, typeof(short)),
        (SafetensorsType.UInt16, "U16", 2, typeof(ushort)),
        (SafetensorsType.Float16, "F16", 2, typeof(Half)),
        (SafetensorsType.BFloat16, "BF16", 2, null),
        (SafetensorsType.Int32, "I32", 4, typeof(int)),
        (SafetensorsType.UInt32, "U32", 4, typeof(uint)),
        (SafetensorsType.Float32, "F32", 4, typeof(float)),
        (SafetensorsType.Float64, "F64", 8, typeof(double)),
        (SafetensorsType.Int64, "I64", 8, typeof(long)),
        (SafetensorsType.UInt64, "U64", 8, typeof(ulong)),
    ];

    /// <summary>The type's spelling in a file, such as <c>F32</c>.</summary>
    /// <param name="type">An element type.</param>
    public static string Spelling(this SafetensorsType type) => Table[(int)type].Spelling;

    /// <summary>The bytes of one element: 1, 2, 4 or 8.</summary>
    /// <param name="type">An element type.</param>
    public static int Size(this SafetensorsType type) => Table[(int)type].Size;

    /// <summary>The type that a file spells in a certain way; upper case only, as the format wants it.</summary>
    /// <param name="spelling">Such as <c>F32</c>.</param>
    /// <param name="type">The type, where there is one.</param>
    /// <returns>Whether the spelling is known.</returns>
    public static bool TryParse(string? spelling, out SafetensorsType type)
    {
        int index = Array.FindIndex(Table, row => row.Spelling == spelling);
        type = index < 0 ? default : Table[index].Type;
        return index >= 0;
    }

    /// <summary>The type whose elements are of a C# type: <c>float</c> is <see cref="SafetensorsType.Float32"/>, <see cref="Half"/> is <see cref="SafetensorsType.Float16"/>.</summary>
    /// <typeparam name="T">The C# type of one element.</typeparam>
    /// <exception cref="ArgumentException">No element type of the format is held by <typeparamref name="T"/>.</exception>
    public static SafetensorsType Of<T>()
        where T : unmanaged
    {
        int index = Array.FindIndex(Table, row => row.Element == typeof(T));
        return index >= 0
            ? Table[index].Type
            : throw new ArgumentException($"Safetensors has no element type for {typeof(T).Name}; expected one of {string.Join(", ", Table.Where(row => row.Element is not null).Select(row => row.Element!.Name))}.");
    }

    /// <summary>All spellings, for a message.</summary>
    internal static string Known { get; } = string.Join(", ", Table.Select(row => row.Spelling));

    /// <summary>The bytes of a tensor: the product of its shape (1 for a scalar) times the size of an element.</summary>
    /// <exception cref="OverflowException">The product does not fit into 64 bits.</exception>
    internal static long ByteLength(this SafetensorsType type, IReadOnlyList<long> shape)
    {
        long length = type.Size();
        foreach (long size in shape)
        {
            length = checked(length * size);
        }

        return length;
    }
}
