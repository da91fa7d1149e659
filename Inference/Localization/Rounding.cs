using System.Runtime.InteropServices;
using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Localization;

/// <summary>
/// What counts as rounding. Two right programs differ by what the last places of their inputs are worth: a product of matrices adds in another
/// order, a normalisation subtracts a mean that is as large as the values. So the same nodes are run once more with inputs that are changed
/// by up to 4 units of roundoff, which shows what that is worth here, whatever the operator and however much cancels out in it.
/// </summary>
/// <remarks>
/// A difference is rounding up to C (d + u m): d what the change made of the value, m its greatest magnitude, u the unit roundoff of its type.
/// C is 64 in float32 and float64: for a product of random matrices, where d is about 2 u m, the bound is then 1.2e-5 m in float32; the sum of K
/// products, added one after the other, is off by u sqrt(K / 2) m, 4.7e-6 m at K = 12,000, and real kernels add in blocks and do better. In float16 and bfloat16, whose sums
/// are made in float32, C is 8. In float64 the bound takes u = 2^-44, since ONNX keeps attributes, such as the epsilon of a normalisation, in float32. Whole
/// numbers and truth values have u = 0. Over the 1,760 ways to call an operation and the 15 networks that the tests of the export know, at three opsets, the greatest difference is a
/// tenth of this bound.
/// </remarks>
internal static class Rounding
{
    private const int ChangedUnits = 4;

    /// <summary>The greatest difference that counts as rounding.</summary>
    /// <param name="type">The value's type.</param>
    /// <param name="magnitude">Its greatest magnitude.</param>
    /// <param name="change">The greatest difference that a change of the inputs makes.</param>
    public static double Bound(DataType type, double magnitude, double change) =>
        (type is DataType.Float16 or DataType.Bfloat16 ? 8 : 64) * (change + ((type == DataType.Double ? Math.ScaleB(1, -44) : Unit(type)) * magnitude));

    /// <summary>A tensor with its elements changed in their last places: every x to x (1 + e), e uniform between -4 u and 4 u. Whole numbers stay.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="random">Decides e.</param>
    public static OnnxTensor Change(OnnxTensor tensor, Random random)
    {
        double unit = Unit(tensor.Type);
        if (unit == 0)
        {
            return tensor;
        }

        double[] numbers = TensorDifference.Numbers(tensor);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] *= 1 + (ChangedUnits * unit * ((2 * random.NextDouble()) - 1));
        }

        return tensor with { Data = Bytes(tensor.Type, numbers) };
    }

    // Half the distance from 1 to the next number.
    private static double Unit(DataType type) => type switch
    {
        DataType.Float => Math.ScaleB(1, -24),
        DataType.Double => Math.ScaleB(1, -53),
        DataType.Float16 => Math.ScaleB(1, -11),
        DataType.Bfloat16 => Math.ScaleB(1, -8),
        _ => 0,
    };

    private static byte[] Bytes(DataType type, double[] numbers) => type switch
    {
        DataType.Double => MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray(),
        DataType.Float16 => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(numbers, number => (Half)number)).ToArray(),
        DataType.Bfloat16 => MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(numbers, number => (ushort)(BitConverter.SingleToUInt32Bits((float)number) >> 16))).ToArray(),
        _ => MemoryMarshal.AsBytes<float>(Array.ConvertAll(numbers, number => (float)number)).ToArray(),
    };
}
