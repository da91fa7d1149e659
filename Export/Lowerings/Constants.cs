using System.Runtime.InteropServices;
using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>The elements of values that are constants.</summary>
internal static class Constants
{
    /// <summary>The elements of a constant of int64 or int32; null where the value is computed or of another type.</summary>
    /// <param name="value">The value.</param>
    public static long[]? Integers(GraphValue value) => value.Constant switch
    {
        { Type: DataType.Int64 } constant => constant.Integers.ToArray(),
        { Type: DataType.Int32 } constant => [.. MemoryMarshal.Cast<byte, int>(constant.Data.Memory.Span).ToArray()],
        _ => null,
    };
}
