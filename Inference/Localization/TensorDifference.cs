using System.Runtime.InteropServices;
using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Localization;

/// <summary>How far two tensors are from each other.</summary>
internal static class TensorDifference
{
    /// <summary>max |a - b|: infinite where shapes or types differ, or one of the two alone is NaN or infinite; NaN beside NaN is the same.</summary>
    /// <param name="a">The one.</param>
    /// <param name="b">The other.</param>
    public static double Greatest(OnnxTensor a, OnnxTensor b) => a.Type == b.Type && a.Shape.SequenceEqual(b.Shape)
        ? Max(a, b, static (x, y) => x == y || (double.IsNaN(x) && double.IsNaN(y)) ? 0 : double.IsFinite(x - y) ? Math.Abs(x - y) : double.PositiveInfinity)
        : double.PositiveInfinity;

    /// <summary>max |a - b| where both are finite; 0 where shapes differ.</summary>
    /// <inheritdoc cref="Greatest"/>
    public static double GreatestFinite(OnnxTensor a, OnnxTensor b) => a.Type == b.Type && a.Shape.SequenceEqual(b.Shape)
        ? Max(a, b, static (x, y) => double.IsFinite(x - y) ? Math.Abs(x - y) : 0)
        : 0;

    /// <summary>max |a| over what is finite.</summary>
    /// <param name="tensor">The tensor.</param>
    public static double Magnitude(OnnxTensor tensor) => Numbers(tensor).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();

    /// <summary>The elements.</summary>
    /// <param name="tensor">A tensor of numbers or truth values.</param>
    public static double[] Numbers(OnnxTensor tensor)
    {
        ReadOnlySpan<byte> data = tensor.Data.Span;
        return tensor.Type switch
        {
            DataType.Float => Convert<float>(data, static x => x),
            DataType.Double => Convert<double>(data, static x => x),
            DataType.Float16 => Convert<Half>(data, static x => (double)x),
            DataType.Bfloat16 => Convert<ushort>(data, static x => BitConverter.Int32BitsToSingle(x << 16)), // the upper half of a float
            DataType.Int64 => Convert<long>(data, static x => x),
            DataType.Int32 => Convert<int>(data, static x => x),
            DataType.Int16 => Convert<short>(data, static x => x),
            DataType.Int8 => Convert<sbyte>(data, static x => x),
            DataType.Uint16 => Convert<ushort>(data, static x => x),
            DataType.Uint32 => Convert<uint>(data, static x => x),
            DataType.Uint64 => Convert<ulong>(data, static x => x),
            _ => Convert<byte>(data, static x => x),
        };
    }

    private static double Max(OnnxTensor a, OnnxTensor b, Func<double, double, double> distance) =>
        a.Data.Span.SequenceEqual(b.Data.Span) ? 0 : Numbers(a).Zip(Numbers(b), distance).DefaultIfEmpty().Max();

    private static double[] Convert<T>(ReadOnlySpan<byte> data, Func<T, double> number)
        where T : unmanaged
    {
        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(data);
        double[] numbers = new double[elements.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = number(elements[i]);
        }

        return numbers;
    }
}
