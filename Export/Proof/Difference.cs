using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Proof;

/// <summary>How two tensors that should be the same differ.</summary>
internal static class Difference
{
    /// <summary>
    /// Says how two tensors differ; null where they are the same but for rounding: no element further away than a share of the greatest magnitude
    /// (1e-3 in float32, 1e-6 in float64, 3e-2 in float16, 1e-1 in bfloat16), which sums in another order stay well below, and which is taken to be at
    /// least 1e-3, since a sum that cancels out leaves nothing but rounding; of whole numbers and truth
    /// values, which rounding before them can tip, at most one in a hundred.
    /// </summary>
    /// <param name="found">The one.</param>
    /// <param name="expected">The other.</param>
    public static string? Of(Tensor found, Tensor expected)
    {
        using DisposeScope scope = NewDisposeScope();
        if (found.dtype != expected.dtype || !found.shape.SequenceEqual(expected.shape))
        {
            return $"{found.dtype} [{string.Join(", ", found.shape)}] instead of {expected.dtype} [{string.Join(", ", expected.shape)}]";
        }

        if (expected.NumberOfElements == 0)
        {
            return null;
        }

        if (!expected.is_floating_point())
        {
            long different = (found.cpu() != expected.cpu()).sum().ToInt64();
            return different * 100 <= expected.NumberOfElements ? null : $"{different} of {expected.NumberOfElements} elements differ";
        }

        Tensor a = found.cpu().to(ScalarType.Float64);
        Tensor b = expected.cpu().to(ScalarType.Float64);
        Tensor same = (a == b).logical_or(a.isnan().logical_and(b.isnan()));
        Tensor distance = where(same, zeros_like(a), (a - b).abs());
        distance = where(distance.isnan(), full_like(distance, double.PositiveInfinity), distance);
        double greatest = distance.max().ToDouble();
        Tensor finite = b.isfinite();
        double magnitude = finite.any().ToBoolean() ? b.masked_select(finite).abs().max().ToDouble() : 0;
        double share = expected.dtype switch
        {
            ScalarType.Float64 => 1e-6,
            ScalarType.Float16 => 3e-2,
            ScalarType.BFloat16 => 1e-1,
            _ => 1e-3,
        };
        return greatest <= share * Math.Max(magnitude, 1e-3) ? null : FormattableString.Invariant($"by up to {greatest:G3}, where the greatest magnitude is {magnitude:G3}");
    }
}
