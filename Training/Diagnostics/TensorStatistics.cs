using OnnxInit.Contracts.Runs;
using static TorchSharp.torch;

namespace OnnxInit.Training.Diagnostics;

/// <summary>The statistics of a tensor of any floating type, shape and device, in float64 and without a float64 copy of it.</summary>
public static class TensorStatistics
{
    // Squares of what lies between sum without a loss; float32 never leaves it.
    private const double SmallestSafe = 1e-140;
    private const double LargestSafe = 1e140;

    /// <summary>Reads a tensor once; once more each for saturation, units, a histogram, and float64 entries beyond 1e+-140.</summary>
    /// <param name="tensor">The entries; left as it is, outside of autograd.</param>
    /// <param name="saturation">The flat ends to count at; null counts none.</param>
    /// <param name="unitAxis">The axis of the units that may be dead; null looks for none.</param>
    /// <param name="bins">Bins of the histogram between the smallest and the largest entry; 0 for no histogram.</param>
    public static SignalStatistics Of(Tensor tensor, Saturation? saturation = null, int? unitAxis = null, int bins = 0) => Of([tensor], saturation, unitAxis, bins);

    /// <summary>The same of several tensors together; units are those of the first.</summary>
    internal static SignalStatistics Of(ReadOnlySpan<Tensor> tensors, Saturation? saturation = null, int? unitAxis = null, int bins = 0)
    {
        MomentReader moments = new();
        ReadAll(tensors, moments);
        double largest = Math.Max(Math.Abs(moments.Min), Math.Abs(moments.Max));
        if (largest is > 0 and < SmallestSafe or > LargestSafe && double.IsFinite(largest))
        {
            moments = new(Math.ScaleB(1, -Math.Clamp(Math.ILogB(largest), -1000, 1000)));
            ReadAll(tensors, moments);
        }

        bool anyFinite = moments.Count > moments.NonFinite;
        long dead = 0;
        int? units = unitAxis is int axis && !tensors.IsEmpty && axis < tensors[0].dim() ? (int)tensors[0].shape[axis] : null;
        if (units > 0 && moments.Zeros >= tensors[0].NumberOfElements / units) // else no unit can be 0 throughout
        {
            dead = DeadUnits(tensors[0], unitAxis!.Value);
        }

        SaturationReader? saturated = saturation is null ? null : new(saturation);
        if (saturated is not null)
        {
            ReadAll(tensors, saturated);
        }

        HistogramReader? histogram = bins > 0 && anyFinite ? new(moments.Min, moments.Max, bins) : null;
        if (histogram is not null)
        {
            ReadAll(tensors, histogram);
        }

        return new()
        {
            Count = moments.Count,
            NonFinite = moments.NonFinite,
            Log10MeanSquare = moments.Log10MeanSquare,
            Mean = moments.Mean,
            Variance = moments.Variance,
            Min = anyFinite ? moments.Min : double.NaN,
            Max = anyFinite ? moments.Max : double.NaN,
            Zeros = moments.Count == 0 ? double.NaN : (double)moments.Zeros / moments.Count,
            Saturated = saturated is null ? null : moments.Count == 0 ? double.NaN : (double)saturated.Saturated / moments.Count,
            Units = units,
            DeadUnits = units is null ? null : (int)dead,
            Histogram = histogram is null ? null : new(moments.Min, moments.Max, histogram.Counts),
        };
    }

    private static int DeadUnits(Tensor tensor, int axis)
    {
        ReadOnlySpan<long> shape = tensor.shape;
        long inner = 1;
        foreach (long size in shape[(axis + 1)..])
        {
            inner *= size;
        }

        UnitReader reader = new((int)shape[axis], inner);
        TensorBlocks.Read(tensor, reader);
        return reader.Dead;
    }

    private static void ReadAll(ReadOnlySpan<Tensor> tensors, IBlockReader reader)
    {
        foreach (Tensor tensor in tensors)
        {
            TensorBlocks.Read(tensor, reader);
        }
    }
}
