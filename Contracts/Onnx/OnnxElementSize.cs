using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Contracts.Onnx;

/// <summary>The bytes that the elements of a tensor take.</summary>
internal static class OnnxElementSize
{
    /// <summary>The bytes of one element; null for a type of no fixed size, or one that the schema here does not list.</summary>
    /// <param name="type">The type.</param>
    public static int? Of(DataType type) => type switch
    {
        DataType.Uint8 or DataType.Int8 or DataType.Bool => 1,
        DataType.Int16 or DataType.Uint16 or DataType.Float16 or DataType.Bfloat16 => 2,
        DataType.Int32 or DataType.Uint32 or DataType.Float => 4,
        DataType.Int64 or DataType.Uint64 or DataType.Double or DataType.Complex64 => 8,
        DataType.Complex128 => 16,
        _ => null,
    };
}
