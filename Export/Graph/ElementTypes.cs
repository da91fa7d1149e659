using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export.Graph;

/// <summary>The element types of TorchSharp and of ONNX.</summary>
public static class ElementTypes
{
    /// <summary>ONNX's name for an element type.</summary>
    /// <param name="type">TorchSharp's.</param>
    /// <exception cref="UnsupportedOperationException">ONNX has no operations on it (complex numbers, quantised integers).</exception>
    public static DataType ToOnnx(this ScalarType type) => type switch
    {
        ScalarType.Byte => DataType.Uint8,
        ScalarType.Int8 => DataType.Int8,
        ScalarType.Int16 => DataType.Int16,
        ScalarType.Int32 => DataType.Int32,
        ScalarType.Int64 => DataType.Int64,
        ScalarType.Float16 => DataType.Float16,
        ScalarType.Float32 => DataType.Float,
        ScalarType.Float64 => DataType.Double,
        ScalarType.Bool => DataType.Bool,
        ScalarType.BFloat16 => DataType.Bfloat16,
        _ => throw new UnsupportedOperationException($"ONNX has no operations on {type}. Keep real and imaginary parts, or quantised values and their scales, in tensors of their own."),
    };

    /// <summary>TorchSharp's name for an element type.</summary>
    /// <param name="type">ONNX's.</param>
    public static ScalarType ToTorch(this DataType type) => type switch
    {
        DataType.Uint8 => ScalarType.Byte,
        DataType.Int8 => ScalarType.Int8,
        DataType.Int16 => ScalarType.Int16,
        DataType.Int32 => ScalarType.Int32,
        DataType.Int64 => ScalarType.Int64,
        DataType.Float16 => ScalarType.Float16,
        DataType.Float => ScalarType.Float32,
        DataType.Double => ScalarType.Float64,
        DataType.Bool => ScalarType.Bool,
        DataType.Bfloat16 => ScalarType.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No element type of tensors."),
    };

    /// <summary>Whether numbers of the type have fractions.</summary>
    /// <param name="type">The type.</param>
    public static bool IsFloating(this DataType type) => type is DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16;

    /// <summary>The bytes of one element.</summary>
    /// <param name="type">The type.</param>
    public static int Size(this DataType type) => type switch
    {
        DataType.Uint8 or DataType.Int8 or DataType.Bool => 1,
        DataType.Int16 or DataType.Uint16 or DataType.Float16 or DataType.Bfloat16 => 2,
        DataType.Int32 or DataType.Uint32 or DataType.Float => 4,
        DataType.Int64 or DataType.Uint64 or DataType.Double => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No element type of tensors."),
    };
}
